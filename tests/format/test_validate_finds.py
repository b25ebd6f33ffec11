"""What validate finds in files that answer all the same."""

import numpy as np
from hostile import GZIP, altered

from genomedb.storage.validate import check_file


def test_validate_finds_a_second_name_for_an_object(db):
    def change(h5):
        h5["_genomedb/again"] = h5["_genomedb"]

    findings = check_file(altered(db, "cov", change))
    assert [f.rule for f in findings] == ["object"]
    assert "more than one name" in findings[0].problem


def test_validate_finds_values_that_were_changed_with_another_program(db):
    def change(h5):
        h5["chrX"][1] = 7

    findings = check_file(altered(db, "cov", change))
    assert [(f.rule, f.place) for f in findings] == [("sha256", "chrX")]


def test_validate_finds_attributes_that_were_changed_with_another_program(db):
    def change(h5):
        h5.attrs.create("bin_size", np.int64(4))

    assert {f.rule for f in check_file(altered(db, "cov", change))} == {"structure", "header"}


def test_validate_finds_what_belongs_to_no_chromosome(db):
    def change(h5):
        h5.create_dataset("1", data=np.zeros(3, "<f4"), chunks=(3,), **GZIP)

    found = check_file(altered(db, "cov", change))
    assert any("under no chromosome" in f.problem for f in found)


def test_validate_never_reads_attributes_of_variable_length(db):
    def change(h5):
        h5["chrX"].attrs["note"] = "of variable length"

    found = check_file(altered(db, "cov", change))
    assert any("type not allowed" in f.problem for f in found)
