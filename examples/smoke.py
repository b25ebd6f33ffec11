"""Does an installed genomedb work? Imports a file, reads it back and exports it."""

import tempfile
from pathlib import Path

import genomedb

with tempfile.TemporaryDirectory() as folder:
    text = Path(folder, "signal.bedgraph")
    text.write_text("chr1\t0\t100\t1.5\nchr1\t150\t200\t3\n")
    db = genomedb.create_database(folder, "toy", {"chr1": 1000})
    genomedb.import_signal(db, "signal", text, bin_size=50)
    track = db.open_track("signal")
    assert track.read("1", 0, 200).tolist()[:2] == [1.5, 1.5]
    genomedb.export_bigwig(track, Path(folder, "signal.bw"))
    assert not any(findings for _, findings in db.validate())
print(f"genomedb {genomedb.__version__} works")
