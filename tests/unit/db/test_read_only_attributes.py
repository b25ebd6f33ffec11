"""The list of read-only attributes belongs to the database."""

import numpy as np
import pytest

from genomedb import GenomeDB
from genomedb.db.create import create_database
from genomedb.errors import FormatError, UsageError


@pytest.fixture
def db(tmp_path):
    db = create_database(tmp_path, "toy", {"chr1": 100})
    db.create_dense("t", {"chr1": np.zeros(10, "f4")}, bin_size=10)
    return db


def test_the_list_is_that_of_the_format_until_one_is_written(db):
    assert db.readonly_attributes == ("created.by", "created.date", "created.user")
    db.set_readonly_attributes(["cell", "über"[1:]])
    again = GenomeDB(db.path)
    assert again.readonly_attributes == ("cell", "ber")
    with pytest.raises(UsageError, match="attribute 'cell' is read-only"):
        again.set_attributes("t", {"cell": "Kc"})
    again.set_attributes("t", {"created.by": "me"})
    again.set_readonly_attributes([])
    db.set_attributes("t", {"cell": "Kc"})
    assert [p.name for p in db.path.iterdir() if p.name.startswith(".readonly")] == []


def test_a_list_that_is_not_right_is_refused(db):
    for names, words in ((["a b"], "'a b' is not legal"), (["x", "x"], "'x' comes twice")):
        with pytest.raises(UsageError, match=words):
            db.set_readonly_attributes(names)
    (db.path / "readonly_attributes.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match=r"readonly_attributes\.txt: cannot be read"):
        db.set_attributes("t", {"cell": "Kc"})
