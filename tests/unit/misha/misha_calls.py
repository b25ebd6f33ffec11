"""One legal call of every function of the facade, over the database of `wrong_db`."""

import numpy as np
import pandas as pd

import genomedb.misha as pm

SIZES = {"chr1": 1000, "chr2": 500, "chrX": 205}
CHAIN = "chain 10 chrA 200 + 50 150 chr1 1000 + 0 100 1\n100\n\n"
ONE = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [100]})
TWO = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [10, 20], "end": [30, 40]})
PAIR = pd.DataFrame({
    "chrom1": ["chr1"], "start1": [0], "end1": [50], "chrom2": ["chr1"], "start2": [60],
    "end2": [90],
})  # fmt: skip
LIFTED = pd.DataFrame({"chrom": ["chrA"], "start": [60], "end": [70], "v": [1.0]})
BLOCKS = pd.DataFrame({
    "chrom": ["chr1"], "start": [0], "end": [100], "strand": [0], "chromsrc": ["chrA"],
    "startsrc": [50], "endsrc": [150], "strandsrc": [0], "chain_id": [1], "score": [10.0],
})  # fmt: skip
POINTS = pd.DataFrame({
    "chrom1": ["chr1", "chr1"], "start1": [5, 40], "end1": [6, 41], "chrom2": ["chr1", "chr1"],
    "start2": [70, 45], "end2": [71, 46],
})  # fmt: skip
MODEL = pm.GsynthModel(
    k=1, n_dims=1, dim_sizes=[2], total_bins=2, total_kmers=32, iterator=10,
    dim_specs=[{"expr": "d", "breaks": [0, 2, 200], "num_bins": 2}],
    model_data={
        "counts": [np.ones((4, 4), "u8")] * 2, "cdf": [np.tile([0.25, 0.5, 0.75, 1], (4, 1))] * 2,
    },
)  # fmt: skip
MOTIF = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]])
BREAKS = [0, 2, 20]
TABLE = pd.DataFrame({"lab": ["ours"]}, index=["d"])


def make_database(folder):
    """A database with tracks, a set, a sequence and motifs; files of every kind beside it."""
    (folder / "toy.fa").write_text(
        "".join(f">{name}\n{'ACGTTGCA' * 200:.{size}}\n" for name, size in SIZES.items())
    )
    pm.gdb_create(folder / "toy", folder / "toy.fa")
    pm.gdb_init(folder / "toy")
    bins = pd.DataFrame({"chrom": "chr1", "start": np.arange(8) * 10})
    bins["end"] = bins["start"] + 10
    pm.gtrack_create_dense("d", "dense", bins, [1.0, 2, 4, 8, 16, np.nan, 64, 128], 10)
    pm.gtrack_create_sparse("s", "sparse", TWO, [1.0, 3.0])
    pm.gtrack_create("none", "no data", "s / 0", 10)
    pm.gtrack_array_create("a", "array", TWO, [[1.0, 2], [3, 4]], ["u", "v"])
    pm.gtrack_2d_create("r", "rectangles", PAIR, [3.0])
    pm.gtrack_2d_create("p", "points", POINTS, [1.0, 2.0])
    pm.gsynth_save(MODEL, str(folder / "x.gsm"))
    pm.gtrack_var_set("d", "v", [1])
    pm.gintervals_save(TWO, "genes")
    pm.gintervals_save(PAIR, "pairs")
    pm.gdir_create("empty")
    (folder / "toy" / "pssms").mkdir()
    (folder / "toy" / "pssms" / "set.key").write_text("1\tAC\t1\n")
    (folder / "toy" / "pssms" / "set.data").write_text("1\t0\t1\t0\t0\t0\n1\t1\t0\t1\t0\t0\n")
    pm.gdb_create_linked(folder / "linked", folder / "toy")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    pm.gdb_unload()


FILES = {
    "x.meme": "MEME version 4\n\nMOTIF a\nletter-probability matrix: w= 1\n1 0 0 0\n",
    "x.jaspar": ">a b\n1\n1\n1\n1\n",
    "x.homer": ">AC\tname\t3\n1\t0\t0\t0\n0\t1\t0\t0\n",
    "x.bedgraph": "chr1 0 10 1\n",
    "x.bed": "chr1\t0\t10\tn\t7\n",
    "x.gff": "chr1\ts\texon\t1\t10\t.\t+\t.\tID=a\n",
    "x.vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr1\t5\t.\tA\tC\t.\t.\t.\n",
    "x.genes": "g\tchr1\t+\t10\t90\t20\t80\t1\t10,\t90,\tp\ta\n",
    "x.chain": CHAIN,
    "x.tsv": "chrom\tstart\tend\tu\nchr1\t0\t10\t1\n",
    "x.2d": "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tv\nchr1\t0\t10\tchr1\t20\t30\t1\n",
    "x.sam": "r\t0\tchr1\t11\t30\t5M\t*\t0\t0\tACGTA\t*\n",
}

_CREATED = {"track": "x", "description": ""}
_PLACED = {**_CREATED, "intervals": TWO, "values": [1.0, 2.0]}
CALLS = {  # positional arguments under "", others by name
    "CartesianGridSpec": {"intervals1": ONE, "expansion1": [-10, 10]},
    "FixedRectPolicy": {"width": 10, "height": 20},
    "GsynthModel": {},
    "IntervalsPolicy": {},
    "TrackRectsPolicy": {"track_name": "r"},
    "gbins_quantiles": {"": ("d", BREAKS), "expr": "d"},
    "gbins_summary": {"": ("d", BREAKS), "expr": "d"},
    "gcis_decay": {"expr": "p", "breaks": [0, 50, 100], "src": ONE, "domain": ONE},
    "gcor": {"": ("d", "d"), "iterator": 10},
    "gdataset_example_path": {},
    "gdataset_info": {"path": "linked"},
    "gdataset_load": {"path": "linked"},
    "gdataset_ls": {},
    "gdataset_save": {"path": "new", "description": "", "tracks": "d"},
    "gdataset_unload": {"path": "linked"},
    "gdb_convert_to_indexed": {},
    "gdb_create": {"groot": "new", "fasta": "toy.fa"},
    "gdb_create_linked": {"path": "new", "parent": "toy"},
    "gdb_examples_path": {},
    "gdb_get_readonly_attrs": {},
    "gdb_info": {},
    "gdb_init": {"path": "toy"},
    "gdb_init_examples": {},
    "gdb_mark_cache_dirty": {},
    "gdb_reload": {},
    "gdb_set_readonly_attrs": {"attrs": ["lab"]},
    "gdb_unload": {},
    "gdb_export_fasta": {"file": "new.fa"},
    "gdb_genome_info": {"name": "hg38"},
    "gdb_list_genomes": {},
    "ggenome_implant": {"intervals": TWO, "donor": ["A" * 20, "C" * 20], "output": "new.fa"},
    "ggenome_transplant": {"intervals": TWO, "source_genome": "toy", "output": "new.fa"},
    "gcompute_strands_autocorr": {
        "file": "x.sam", "chrom": "chr1", "binsize": 10, "maxread": 30, "cols_order": None,
    },
    "gdir_cd": {"dir": "."},
    "gdir_create": {"dir": "sub"},
    "gdir_cwd": {},
    "gdir_rm": {"dir": "empty"},
    "gdist": {"": ("d", BREAKS)},
    "gextract": {"expr": "d", "intervals": ONE},
    "gintervals": {"chroms": "chr1"},
    "gintervals_2d": {"chroms1": "chr1"},
    "gintervals_2d_all": {},
    "gintervals_2d_band_intersect": {"intervals": PAIR, "band": (-100, 0)},
    "gintervals_2d_convert_to_indexed": {"set_name": "pairs"},
    "gintervals_2d_intersect": {"intervals1": PAIR, "intervals2": PAIR},
    "gintervals_2d_union": {"intervals1": PAIR, "intervals2": PAIR},
    "gintervals_all": {},
    "gintervals_annotate": {"intervals": ONE, "annotation_intervals": TWO.assign(n=1)},
    "gintervals_as_chain": {"intervals": BLOCKS},
    "gintervals_attr_export": {},
    "gintervals_attr_get": {"intervals_set": "genes", "attr": "lab"},
    "gintervals_attr_import": {"table": TABLE.rename(index={"d": "genes"})},
    "gintervals_attr_set": {"intervals_set": "genes", "attr": "lab", "value": "ours"},
    "gintervals_canonic": {"intervals": TWO},
    "gintervals_chrom_sizes": {"intervals": TWO},
    "gintervals_convert_to_indexed": {"set_name": "genes"},
    "gintervals_coverage_fraction": {"intervals1": TWO},
    "gintervals_covered_bp": {"intervals": TWO},
    "gintervals_dataset": {"intervals": "genes"},
    "gintervals_dbs": {"intervals": "genes"},
    "gintervals_diff": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_exists": {"name": "genes"},
    "gintervals_force_range": {"intervals": TWO},
    "gintervals_from_bed": {"path": "x.bed"},
    "gintervals_from_mat": {"mat": TWO.assign(v=1.0).set_index(["chrom", "start", "end"])},
    "gintervals_from_strings": {"regions": "chr1:0-10"},
    "gintervals_from_tuples": {"rows": [("chr1", 0, 10)]},
    "gintervals_import_bed": {"file": "x.bed"},
    "gintervals_import_genes": {"genes_file": "x.genes"},
    "gintervals_import_gff": {"file": "x.gff"},
    "gintervals_import_vcf": {"file": "x.vcf"},
    "gintervals_intersect": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_is_bigset": {"intervals_set": "genes"},
    "gintervals_is_indexed": {"intervals_set": "genes"},
    "gintervals_liftover": {"intervals": LIFTED, "chain": "x.chain"},
    "gintervals_load": {"intervals_set": "genes"},
    "gintervals_load_chain": {"file": "x.chain"},
    "gintervals_ls": {},
    "gintervals_mapply": {"": (np.nansum, "d"), "intervals": ONE},
    "gintervals_mark_overlaps": {"intervals": TWO},
    "gintervals_neighbors": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_neighbors_directional": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_neighbors_downstream": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_neighbors_upstream": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_normalize": {"intervals": TWO, "size": 20},
    "gintervals_path": {"name": "genes"},
    "gintervals_quantiles": {"expr": "d", "intervals": ONE},
    "gintervals_random": {"size": 10, "n": 3, "dist_from_edge": 0},
    "gintervals_rbind": {"": (ONE, TWO)},
    "gintervals_rm": {"intervals_set": "genes"},
    "gintervals_save": {"intervals": TWO, "intervals_set": "x"},
    "gintervals_summary": {"expr": "d", "intervals": ONE},
    "gintervals_to_mat": {"df": TWO.assign(v=1.0)},
    "gintervals_union": {"intervals1": ONE, "intervals2": TWO},
    "gintervals_update": {"intervals_set": "genes", "intervals": ONE, "chrom": "chr1"},
    "gintervals_window": {"chroms": "chr1", "centers": 50, "half_width": 10},
    "giterator_cartesian_grid": {"intervals1": ONE, "expansion1": [-10, 10]},
    "giterator_intervals": {"expr": "d", "intervals": ONE},
    "giterator_intervals_2d": {"expr": "r", "intervals": PAIR},
    "glookup": {"": ([1, 2], "d", BREAKS)},
    "gmax_processes": {"n": 1},
    "gpartition": {"expr": "d", "breaks": BREAKS},
    "gquantiles": {"expr": "d"},
    "grevcomp": {"seq": "ACG"},
    "gsample": {"expr": "d", "n": 2},
    "gscreen": {"expr": "d > 2"},
    "gsegment": {"expr": "d", "minsegment": 100},
    "gseq_comp": {"seq": "ACG"},
    "gseq_extract": {"intervals": ONE},
    "gseq_kmer": {"seqs": "ACGT", "kmer": "AC"},
    "gseq_kmer_dist": {"intervals": ONE, "k": 2},
    "gseq_potts": {"seqs": "ACGT", "model": {"e": MOTIF}},
    "gseq_pwm": {"seqs": "ACGT", "pssm": MOTIF},
    "gseq_read_homer": {"file": "x.homer"},
    "gseq_read_jaspar": {"file": "x.jaspar"},
    "gseq_read_meme": {"file": "x.meme"},
    "gseq_pwm_edits": {"seqs": "ACGT", "pssm": MOTIF, "score_thresh": -2.0},
    "gseq_rev": {"seq": "ACG"},
    "gseq_revcomp": {"seq": "ACG"},
    "gsetroot": {"groot": "toy"},
    "gsummary": {"expr": "d"},
    "gsynth_bin_map": {"breaks": BREAKS, "merge_ranges": [{"from": (0, 2), "to": (2, 20)}]},
    "gsynth_cell_merge": {"model": MODEL, "cell_merge": [{"from": [1], "to": [9]}]},
    "gsynth_convert": {"input_path": "x.gsm", "output_path": "new.gsm"},
    "gsynth_forbid_kmer": {"model": MODEL, "pattern": "AC"},
    "gsynth_load": {"path": "x.gsm"},
    "gsynth_random": {"intervals": ONE},
    "gsynth_replace_kmer": {"target": "AC", "replacement": "CA", "intervals": ONE},
    "gsynth_sample": {"model": MODEL, "intervals": ONE},
    "gsynth_save": {"model": MODEL, "path": "new.gsm"},
    "gsynth_score": {"model": MODEL, "track": "x", "resolution": 10},
    "gsynth_train": {"": ({"expr": "d", "breaks": BREAKS},), "iterator": 10, "k": 1},
    "gtrack_2d_convert_to_indexed": {"track": "r"},
    "gtrack_2d_create": {**_CREATED, "intervals": PAIR, "values": [1.0]},
    "gtrack_2d_get_insu_borders": {"insu_track": "d", "thresh": 5.0, "iterator": 10},
    "gtrack_2d_get_insu_doms": {"insu_track": "d", "thresh": 5.0, "iterator": 10},
    "gtrack_2d_import": {**_CREATED, "file": "x.2d"},
    "gtrack_2d_import_contacts": {**_CREATED, "contacts": "x.2d"},
    "gtrack_array_create": {**_PLACED, "values": [[1.0], [2.0]], "colnames": ["u"]},
    "gtrack_array_extract": {"track": "a"},
    "gtrack_array_get_colnames": {"track": "a"},
    "gtrack_array_import": {"": ("x", "", "x.tsv")},
    "gtrack_array_set_colnames": {"track": "a", "colnames": ["u", "w"]},
    "gtrack_attr_export": {},
    "gtrack_attr_get": {"track": "d", "attr": "lab"},
    "gtrack_attr_import": {"table": TABLE},
    "gtrack_attr_set": {"track": "d", "attr": "lab", "value": "ours"},
    "gtrack_convert_to_indexed": {"track": "d"},
    "gtrack_copy": {"src": "d", "dest": "x"},
    "gtrack_create": {**_CREATED, "expr": "d"},
    "gtrack_create_dense": {**_PLACED, "binsize": 10},
    "gtrack_create_dense_direct": {**_PLACED, "binsize": 10},
    "gtrack_create_dirs": {"track": "x.y"},
    "gtrack_create_empty_indexed": {"track": "none"},
    "gtrack_create_pwm_energy": {
        **_CREATED, "pssmset": "set", "pssmid": 1, "prior": 0.01, "iterator": 10,
    },
    "gtrack_create_sparse": _PLACED,
    "gtrack_dataset": {"track": "d"},
    "gtrack_dbs": {"track": "d"},
    "gtrack_exists": {"track": "d"},
    "gtrack_export_bedgraph": {"track": "d", "file": "new.bedgraph"},
    "gtrack_export_bigwig": {"track": "d", "file": "new.bw"},
    "gtrack_import": {**_CREATED, "file": "x.bedgraph", "binsize": 10},
    "gtrack_import_mappedseq": {**_CREATED, "file": "x.sam", "cols_order": None},
    "gtrack_import_set": {"description": "", "path": "x.bedgraph", "binsize": 0},
    "gtrack_info": {"track": "d"},
    "gtrack_liftover": {**_CREATED, "src_track_dir": "toy/d.h5", "chain": "x.chain"},
    "gtrack_lookup": {"": ("x", "", [1, 2], "d", BREAKS)},
    "gtrack_ls": {"": ("d",)},
    "gtrack_modify": {"track": "d", "expr": "d + 1"},
    "gtrack_mv": {"src": "d", "dest": "x"},
    "gtrack_path": {"track": "d"},
    "gtrack_rm": {"track": "s", "force": True},
    "gtrack_smooth": {**_CREATED, "expr": "d", "winsize": 40},
    "gtrack_var_get": {"track": "d", "var": "v"},
    "gtrack_var_ls": {"track": "d"},
    "gtrack_var_rm": {"track": "d", "var": "w"},
    "gtrack_var_set": {"track": "d", "var": "w", "value": 1},
    "gvtrack_array_slice": {"vtrack": "w", "slice": ["u"]},
    "gvtrack_clear": {},
    "gvtrack_create": {"vtrack_name": "y", "src": "d"},
    "gvtrack_filter": {"vtrack_name": "w", "mask": ONE},
    "gvtrack_info": {"vtrack_name": "w"},
    "gvtrack_iterator": {"vtrack_name": "w", "sshift": -10},
    "gvtrack_iterator_2d": {"vtrack_name": "w"},
    "gvtrack_ls": {},
    "gvtrack_rm": {"vtrack_name": "w"},
    "gwilcox": {"expr": "d", "winsize1": 100, "winsize2": 300},
}  # fmt: skip
