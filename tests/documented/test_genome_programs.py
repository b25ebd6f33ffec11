"""The example programs of the `genome` library run; their import lines and prints are Python 3."""

import runpy
import subprocess
import sys

import numpy as np
import pytest

import genomedb.classic as genome
from genomedb import create_database

TOTALS = """
import numpy as np
import genomedb.classic as genome

# 'connect' to the genome database
gdb = genome.db.GenomeDB()

# open data 'tracks' for DNase and MNase
dnase_track = gdb.open_track('dnase/dnase_all_combined')
mnase_track = gdb.open_track('mnase/q10/mnase_mids_combined')

# pull out numpy arrays for a region of chromosome 12
start = 1000000
end   = 1000100
dnase_vals = dnase_track.get_nparray('chr12', start, end)
mnase_vals = mnase_track.get_nparray('chr12', start, end)
print(dnase_vals)
print(mnase_vals)

# loop over chromosomes 1-22 and X counting the totals on each
for chrom in gdb.get_chromosomes():
    # report the length of the chromosome
    print("%s length is %dbp" % (chrom.name, chrom.length))

    # Count dnase cuts on this chromosome.
    vals = dnase_track.get_nparray(chrom)
    total = np.sum(vals)
    print("DNase cuts: %d" % total)

    # now count number of MNase midpoints
    vals = mnase_track.get_nparray(chrom)
    total = np.sum(vals)
    print("MNase midpoints: %d" % total)

# close the HDF5 files
dnase_track.close()
mnase_track.close()
"""

SEQUENCE = """
import sys
import genomedb.classic as genome

if len(sys.argv) != 4 and len(sys.argv) != 5:
    sys.stderr.write("usage: %s <chr> <start> <end> [+|-]\\n" % sys.argv[0])
    sys.exit(2)

# parse command line arguments
chrom_name = sys.argv[1]
start = int(sys.argv[2])
end = int(sys.argv[3])

if len(sys.argv) == 5:
    strand = genome.coord.parse_strand(sys.argv[4])
else:
    strand = 1

# 'connect' to database
gdb = genome.db.GenomeDB()

# get a track which contains DNA sequence
track = gdb.open_track("seq")

# retrieve a sequence string from this track
seq_str = track.get_seq_str(chrom_name, start, end)

if strand == -1:
    # reverse complement the sequence if the reverse strand was requested
    seq_str = genome.seq.revcomp(seq_str)
    strand_str = '(-)'
else:
    strand_str = ''

# write FASTA-formatted output
seq_id = "%s:%d-%d%s" % (chrom_name, start, end, strand_str)
genome.fasta.write_fasta(sys.stdout, seq_id, seq_str)

# close the HDF5 file
track.close()
"""

LENGTHS = {"chr1": 5000, "chr12": 1_010_000, "chrX": 700, "chrY": 60, "chrM": 16}


@pytest.fixture
def values(tmp_path, monkeypatch):
    """A database as the programs expect one, and what is in it."""
    made = create_database(tmp_path, "hg18", LENGTHS)
    monkeypatch.setenv("GENOME_DB", str(tmp_path))
    monkeypatch.setenv("GENOME_ASSEMBLY", "hg18")
    rng = np.random.default_rng(1)
    found = {}
    for name, dtype in (("dnase/dnase_all_combined", "uint16"),
                        ("mnase/q10/mnase_mids_combined", "uint8")):  # fmt: skip
        found[name] = {c: rng.poisson(1, n).astype(dtype) for c, n in LENGTHS.items()}
        with made.create_track(name, data_type=dtype) as track:
            for chrom in made.get_all_chromosomes():
                track.set_nparray(chrom, found[name][chrom.name])
    with made.create_track("seq", data_type="uint8") as track:
        found["seq"] = rng.choice(np.frombuffer(b"ACGTacgtN", np.uint8), LENGTHS["chr12"])
        track.set_nparray("chr12", found["seq"])
    return found


def _run(text, tmp_path, monkeypatch, capsys, words=()):
    program = tmp_path / "program.py"
    program.write_text(text)
    monkeypatch.setattr(sys, "argv", ["program.py", *words])
    runpy.run_path(str(program), run_name="__main__")
    return capsys.readouterr().out


def test_the_program_of_dnase_and_mnase_totals(values, tmp_path, monkeypatch, capsys):
    lines = _run(TOTALS, tmp_path, monkeypatch, capsys).splitlines()
    dnase, mnase = (values[name] for name in list(values)[:2])
    # both ends are included: 101 numbers
    shown = " ".join(lines).replace("[", " ").replace("]", " ").split("chr1 length")[0].split()
    assert [int(word) for word in shown] == [
        *dnase["chr12"][999_999:1_000_100], *mnase["chr12"][999_999:1_000_100]
    ]  # fmt: skip
    first = lines.index("chr1 length is 5000bp")
    expected = []
    for chrom in ("chr1", "chr12", "chrX"):
        expected += [
            f"{chrom} length is {LENGTHS[chrom]}bp",
            f"DNase cuts: {dnase[chrom].sum(dtype=int)}",
            f"MNase midpoints: {mnase[chrom].sum(dtype=int)}",
        ]
    assert lines[first:] == expected


@pytest.mark.parametrize("strand", [(), ("+",), ("-",)])
def test_the_program_of_sequences(values, tmp_path, monkeypatch, capsys, strand):
    words = ("chr12", "1000000", "1010000", *strand)
    header, *lines = _run(SEQUENCE, tmp_path, monkeypatch, capsys, words).splitlines()
    text = values["seq"][999_999:1_010_000].tobytes().decode()
    if strand == ("-",):
        pair = dict(zip("ACGTacgtN", "TGCAtgcaN", strict=True))
        text = "".join(pair[letter] for letter in reversed(text))
    assert header == ">chr12:1000000-1010000" + ("(-)" if strand == ("-",) else "")
    assert "".join(lines) == text
    assert {len(line) for line in lines[:-1]} == {60}


def test_the_modules_have_their_old_names_and_load_when_they_are_named():
    code = (
        "import sys, genomedb.classic as genome; "
        "print({'numpy', 'h5py'} & set(sys.modules)); genome.db.GenomeDB"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert {"coord", "db", "fasta", "gene", "liftover", "seq", "wig"} <= set(dir(genome))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        genome.nonsense  # noqa: B018
