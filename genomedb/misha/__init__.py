"""The function names of PyMisha over this library.

``import genomedb.misha as pm`` instead of ``import pymisha as pm``. The functions ask a current
database, which `gdb_init` opens. Where they answer otherwise than the peer, their docstrings say
so.
"""

from __future__ import annotations

from importlib import import_module
from inspect import isfunction
from typing import Any

_MODULES = {
    "current": ("CONFIG",),
    "attributes": (
        "gtrack_attr_export", "gtrack_attr_get", "gtrack_attr_import", "gtrack_attr_set",
    ),
    "binned": ("gbins_quantiles", "gbins_summary", "gdist", "glookup", "gpartition"),
    "contacts": ("gtrack_2d_import_contacts",),
    "database": (
        "gdb_convert_to_indexed", "gdb_examples_path",
        "gdb_get_readonly_attrs", "gdb_info", "gdb_init", "gdb_init_examples",
        "gdb_mark_cache_dirty", "gdb_reload", "gdb_set_readonly_attrs", "gdb_unload",
        "gmax_processes", "gsetroot",
    ),
    "database_creation": ("gdb_create", "gdb_create_linked"),
    "datasets": (
        "gdataset_example_path", "gdataset_info", "gdataset_load", "gdataset_ls", "gdataset_save",
        "gdataset_unload",
    ),
    "folders": ("gdir_cd", "gdir_create", "gdir_cwd", "gdir_rm"),
    "genome_files": ("gdb_export_fasta", "ggenome_implant", "ggenome_transplant"),
    "genomes": (
        "gdb_build_genome", "gdb_create_genome", "gdb_genome_info", "gdb_install_intervals",
        "gdb_list_genomes",
    ),
    "import_database": ("gdb_import_misha",),
    "interval_sets": (
        "gintervals_2d_convert_to_indexed", "gintervals_attr_export", "gintervals_attr_get",
        "gintervals_attr_import", "gintervals_attr_set", "gintervals_convert_to_indexed",
        "gintervals_dataset", "gintervals_dbs", "gintervals_exists", "gintervals_is_bigset",
        "gintervals_is_indexed", "gintervals_load", "gintervals_ls", "gintervals_path",
        "gintervals_rm", "gintervals_save", "gintervals_update",
    ),
    "intervals_2d": (
        "gintervals_2d", "gintervals_2d_all", "gintervals_2d_band_intersect",
        "gintervals_2d_intersect", "gintervals_2d_union",
    ),
    "intervals_algebra": (
        "gintervals_annotate", "gintervals_canonic", "gintervals_coverage_fraction",
        "gintervals_covered_bp", "gintervals_diff", "gintervals_force_range",
        "gintervals_intersect", "gintervals_mark_overlaps", "gintervals_neighbors",
        "gintervals_neighbors_directional", "gintervals_neighbors_downstream",
        "gintervals_neighbors_upstream", "gintervals_normalize", "gintervals_union",
    ),
    "intervals_build": (
        "gintervals", "gintervals_all", "gintervals_from_bed", "gintervals_from_mat",
        "gintervals_from_strings", "gintervals_from_tuples", "gintervals_import_bed",
        "gintervals_import_genes", "gintervals_import_gff", "gintervals_import_vcf",
        "gintervals_random", "gintervals_rbind", "gintervals_to_mat", "gintervals_window",
    ),
    "intervals_stats": (
        "gintervals_chrom_sizes", "gintervals_mapply", "gintervals_quantiles",
        "gintervals_summary",
    ),
    "liftover": (
        "gintervals_as_chain", "gintervals_liftover", "gintervals_load_chain", "gtrack_liftover",
    ),
    "motif_files": ("gseq_read_homer", "gseq_read_jaspar", "gseq_read_meme"),
    "policies": (
        "CartesianGridSpec", "FixedRectPolicy", "IntervalsPolicy", "TrackRectsPolicy",
    ),
    "query": ("gcor", "gextract", "gquantiles", "gsample", "gscreen", "gsummary"),
    "segments": ("gsegment", "gwilcox"),
    "sequence_models": ("gseq_potts", "gseq_pwm_edits"),
    "sequences": (
        "grevcomp", "gseq_comp", "gseq_extract", "gseq_kmer", "gseq_kmer_dist", "gseq_pwm",
        "gseq_rev", "gseq_revcomp",
    ),
    "strands": ("gcompute_strands_autocorr",),
    "synthesis": (
        "GsynthModel", "gsynth_bin_map", "gsynth_cell_merge", "gsynth_convert",
        "gsynth_forbid_kmer", "gsynth_load", "gsynth_save", "gsynth_score", "gsynth_train",
    ),
    "synthesis_sequences": ("gsynth_random", "gsynth_replace_kmer", "gsynth_sample"),
    "track_arrays": (
        "gtrack_array_create", "gtrack_array_extract", "gtrack_array_get_colnames",
        "gtrack_array_import", "gtrack_array_set_colnames",
    ),
    "track_changes": (
        "gtrack_2d_convert_to_indexed", "gtrack_convert_to_indexed", "gtrack_copy",
        "gtrack_create_dirs", "gtrack_create_empty_indexed", "gtrack_modify", "gtrack_mv",
        "gtrack_smooth",
    ),
    "track_creation": (
        "gtrack_create_dense", "gtrack_create_dense_direct", "gtrack_create_sparse",
    ),
    "track_exports": ("gtrack_export_bedgraph", "gtrack_export_bigwig"),
    "track_expressions": ("gtrack_create", "gtrack_create_pwm_energy", "gtrack_lookup"),
    "track_imports": ("gtrack_import", "gtrack_import_mappedseq", "gtrack_import_set"),
    "track_variables": ("gtrack_var_get", "gtrack_var_ls", "gtrack_var_rm", "gtrack_var_set"),
    "tracks": (
        "gtrack_dataset", "gtrack_dbs", "gtrack_exists", "gtrack_info", "gtrack_ls", "gtrack_path",
        "gtrack_rm",
    ),
    "vtracks": (
        "gvtrack_array_slice", "gvtrack_clear", "gvtrack_create", "gvtrack_filter", "gvtrack_info",
        "gvtrack_iterator", "gvtrack_iterator_2d", "gvtrack_ls", "gvtrack_rm",
    ),
    "tracks_2d": (
        "gtrack_2d_create", "gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms",
        "gtrack_2d_import",
    ),
    "walk": ("giterator_cartesian_grid", "giterator_intervals"),
    "walk_2d": ("gcis_decay", "giterator_intervals_2d"),
}  # fmt: skip
_ELSEWHERE = {
    "error": ("genomedb.errors", "GenomeDBError"),
    "PymishaWarning": ("genomedb.errors", "GenomeDBWarning"),
}
_HOME = {
    name: (f"genomedb.misha.{module}", name) for module, names in _MODULES.items() for name in names
} | _ELSEWHERE

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'genomedb.misha' has no attribute {name!r}")
    module, there = _HOME[name]
    value = getattr(import_module(module), there)
    if isfunction(value):
        value = import_module("genomedb.misha.checked").checked(value)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
