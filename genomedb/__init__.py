"""Genomic tracks in HDF5: import, read fast, ask questions, export.

The public names are loaded on first use, so that ``import genomedb`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from genomedb import errors
from genomedb.core.version import __version__
from genomedb.errors import *  # noqa: F403

if TYPE_CHECKING:  # what __getattr__ finds, spelled out for type checkers
    from genomedb.analysis.bins import bins_quantiles as bins_quantiles
    from genomedb.analysis.bins import bins_summary as bins_summary
    from genomedb.analysis.cis_decay import cis_decay as cis_decay
    from genomedb.analysis.combine_strands import combine_strands as combine_strands
    from genomedb.analysis.combine_strands import strand_shift as strand_shift
    from genomedb.analysis.combine_tracks import combine_tracks as combine_tracks
    from genomedb.analysis.correlation import correlation as correlation
    from genomedb.analysis.create_track import create_track as create_track
    from genomedb.analysis.distribution import distribution as distribution
    from genomedb.analysis.extract import extract as extract
    from genomedb.analysis.extract import extract_blocks as extract_blocks
    from genomedb.analysis.from_intervals import create_dense_from as create_dense_from
    from genomedb.analysis.from_intervals import create_sparse_from as create_sparse_from
    from genomedb.analysis.from_rectangles import create_2d_from as create_2d_from
    from genomedb.analysis.insulation import insulation_borders as insulation_borders
    from genomedb.analysis.insulation import insulation_domains as insulation_domains
    from genomedb.analysis.iterator_intervals import iterator_intervals as iterator_intervals
    from genomedb.analysis.liftover_intervals import liftover_intervals as liftover_intervals
    from genomedb.analysis.liftover_table import make_liftover_table as make_liftover_table
    from genomedb.analysis.liftover_track import liftover_track as liftover_track
    from genomedb.analysis.load_chains import load_chains as load_chains
    from genomedb.analysis.lookup import lookup as lookup
    from genomedb.analysis.lookup_track import lookup_track as lookup_track
    from genomedb.analysis.mapply import mapply as mapply
    from genomedb.analysis.modify_track import modify_track as modify_track
    from genomedb.analysis.partition import partition as partition
    from genomedb.analysis.per_row import intervals_quantiles as intervals_quantiles
    from genomedb.analysis.per_row import intervals_summary as intervals_summary
    from genomedb.analysis.pwm_energy import pwm_energy_track as pwm_energy_track
    from genomedb.analysis.quantiles import quantiles as quantiles
    from genomedb.analysis.sample import sample as sample
    from genomedb.analysis.screen import screen as screen
    from genomedb.analysis.segment import segment as segment
    from genomedb.analysis.sequences import extract_sequence as extract_sequence
    from genomedb.analysis.smooth import smooth_track as smooth_track
    from genomedb.analysis.summary import summary as summary
    from genomedb.analysis.synth_file import load_markov as load_markov
    from genomedb.analysis.synth_file import save_markov as save_markov
    from genomedb.analysis.synth_model import MarkovModel as MarkovModel
    from genomedb.analysis.synth_sample import sample_markov as sample_markov
    from genomedb.analysis.synth_sample import sample_markov_to_file as sample_markov_to_file
    from genomedb.analysis.synth_score import score_markov as score_markov
    from genomedb.analysis.synth_train import train_markov as train_markov
    from genomedb.analysis.synth_words import forbid_kmer as forbid_kmer
    from genomedb.analysis.synth_words import replace_kmer as replace_kmer
    from genomedb.analysis.synth_words import replace_kmer_to_file as replace_kmer_to_file
    from genomedb.analysis.to_file import extract_to_file as extract_to_file
    from genomedb.analysis.track_stats import get_seq_track_stats as get_seq_track_stats
    from genomedb.analysis.track_stats import get_track_stats as get_track_stats
    from genomedb.analysis.track_stats import set_seq_track_stats as set_seq_track_stats
    from genomedb.analysis.track_stats import set_track_stats as set_track_stats
    from genomedb.analysis.wilcox import wilcox as wilcox
    from genomedb.core.chroms import ChromTable as ChromTable
    from genomedb.core.region import Region as Region
    from genomedb.db.create import create_database as create_database
    from genomedb.db.database import GenomeDB as GenomeDB
    from genomedb.db.examples import copy_examples as copy_examples
    from genomedb.db.interval_sets import has_set as has_set
    from genomedb.db.interval_sets import list_sets as list_sets
    from genomedb.db.interval_sets import load_set as load_set
    from genomedb.db.interval_sets import remove_set as remove_set
    from genomedb.db.interval_sets import save_set as save_set
    from genomedb.db.interval_sets import update_set as update_set
    from genomedb.db.pssm_sets import load_pssm as load_pssm
    from genomedb.exporters.bedpe import export_bedpe as export_bedpe
    from genomedb.exporters.cool import export_cool as export_cool
    from genomedb.exporters.cool_expression import export_expression_cool as export_expression_cool
    from genomedb.exporters.expression import (
        export_expression_bedgraph as export_expression_bedgraph,
    )
    from genomedb.exporters.expression import export_expression_bigwig as export_expression_bigwig
    from genomedb.exporters.sequence import export_fasta as export_fasta
    from genomedb.exporters.signal import export_bedgraph as export_bedgraph
    from genomedb.exporters.signal import export_bigwig as export_bigwig
    from genomedb.exporters.signal import export_wig as export_wig
    from genomedb.exporters.tables import export_bed as export_bed
    from genomedb.exporters.tables import export_parquet as export_parquet
    from genomedb.exporters.tables import export_tsv as export_tsv
    from genomedb.exporters.transcripts import export_transcripts as export_transcripts
    from genomedb.importers.alignments import import_alignments as import_alignments
    from genomedb.importers.bed_features import import_bed as import_bed
    from genomedb.importers.contacts import import_contacts as import_contacts
    from genomedb.importers.features import import_features as import_features
    from genomedb.importers.intervals import read_bed as read_bed
    from genomedb.importers.intervals import read_gff as read_gff
    from genomedb.importers.intervals import read_vcf as read_vcf
    from genomedb.importers.legacy_database import convert_legacy as convert_legacy
    from genomedb.importers.manifest import read_manifest as read_manifest
    from genomedb.importers.manifest import rows_of_files as rows_of_files
    from genomedb.importers.many import import_many as import_many
    from genomedb.importers.mapped_reads import import_mapped_reads as import_mapped_reads
    from genomedb.importers.matrix import import_cool as import_cool
    from genomedb.importers.matrix import import_hic as import_hic
    from genomedb.importers.misha_database import import_misha as import_misha
    from genomedb.importers.rectangles import import_2d as import_2d
    from genomedb.importers.sequence import import_fasta as import_fasta
    from genomedb.importers.signal import import_signal as import_signal
    from genomedb.importers.xb import import_xb as import_xb
    from genomedb.kernels.alignments import ReadFilter as ReadFilter
    from genomedb.plot.matrix import plot_matrix as plot_matrix
    from genomedb.plot.tracks import plot_tracks as plot_tracks
    from genomedb.readers.motifs import read_motifs as read_motifs
    from genomedb.tracks.convert import convert as convert
    from genomedb.tracks.diff import diff_tracks as diff_tracks
    from genomedb.tracks.open import open_track as open_track
    from genomedb.tracks.rewrite import repack as repack
    from genomedb.virtual.definition import VirtualTrack as VirtualTrack

_HOME = {
    "ChromTable": "genomedb.core.chroms",
    "Region": "genomedb.core.region",
    "GenomeDB": "genomedb.db.database",
    "create_database": "genomedb.db.create",
    "open_track": "genomedb.tracks.open",
    "import_signal": "genomedb.importers.signal",
    "import_features": "genomedb.importers.features",
    "import_alignments": "genomedb.importers.alignments",
    "ReadFilter": "genomedb.kernels.alignments",
    "import_bed": "genomedb.importers.bed_features",
    "import_xb": "genomedb.importers.xb",
    "import_2d": "genomedb.importers.rectangles",
    "import_contacts": "genomedb.importers.contacts",
    "import_cool": "genomedb.importers.matrix",
    "import_hic": "genomedb.importers.matrix",
    "export_cool": "genomedb.exporters.cool",
    "export_expression_cool": "genomedb.exporters.cool_expression",
    "export_bedpe": "genomedb.exporters.bedpe",
    "plot_matrix": "genomedb.plot.matrix",
    "plot_tracks": "genomedb.plot.tracks",
    "export_transcripts": "genomedb.exporters.transcripts",
    "import_fasta": "genomedb.importers.sequence",
    "import_many": "genomedb.importers.many",
    "read_manifest": "genomedb.importers.manifest",
    "rows_of_files": "genomedb.importers.manifest",
    "export_bedgraph": "genomedb.exporters.signal",
    "export_bigwig": "genomedb.exporters.signal",
    "export_wig": "genomedb.exporters.signal",
    "export_fasta": "genomedb.exporters.sequence",
    "export_bed": "genomedb.exporters.tables",
    "export_tsv": "genomedb.exporters.tables",
    "export_parquet": "genomedb.exporters.tables",
    "repack": "genomedb.tracks.rewrite",
    "convert": "genomedb.tracks.convert",
    "diff_tracks": "genomedb.tracks.diff",
    "load_chains": "genomedb.analysis.load_chains",
    "liftover_intervals": "genomedb.analysis.liftover_intervals",
    "liftover_track": "genomedb.analysis.liftover_track",
    "create_track": "genomedb.analysis.create_track",
    "modify_track": "genomedb.analysis.modify_track",
    "smooth_track": "genomedb.analysis.smooth",
    "create_dense_from": "genomedb.analysis.from_intervals",
    "create_sparse_from": "genomedb.analysis.from_intervals",
    "create_2d_from": "genomedb.analysis.from_rectangles",
    "cis_decay": "genomedb.analysis.cis_decay",
    "insulation_borders": "genomedb.analysis.insulation",
    "insulation_domains": "genomedb.analysis.insulation",
    "lookup_track": "genomedb.analysis.lookup_track",
    "pwm_energy_track": "genomedb.analysis.pwm_energy",
    "import_mapped_reads": "genomedb.importers.mapped_reads",
    "export_expression_bedgraph": "genomedb.exporters.expression",
    "export_expression_bigwig": "genomedb.exporters.expression",
    "read_motifs": "genomedb.readers.motifs",
    "load_pssm": "genomedb.db.pssm_sets",
    "update_set": "genomedb.db.interval_sets",
    "remove_set": "genomedb.db.interval_sets",
    "has_set": "genomedb.db.interval_sets",
    "convert_legacy": "genomedb.importers.legacy_database",
    "import_misha": "genomedb.importers.misha_database",
    "bins_quantiles": "genomedb.analysis.bins",
    "bins_summary": "genomedb.analysis.bins",
    "correlation": "genomedb.analysis.correlation",
    "distribution": "genomedb.analysis.distribution",
    "intervals_quantiles": "genomedb.analysis.per_row",
    "intervals_summary": "genomedb.analysis.per_row",
    "iterator_intervals": "genomedb.analysis.iterator_intervals",
    "lookup": "genomedb.analysis.lookup",
    "mapply": "genomedb.analysis.mapply",
    "partition": "genomedb.analysis.partition",
    "quantiles": "genomedb.analysis.quantiles",
    "sample": "genomedb.analysis.sample",
    "segment": "genomedb.analysis.segment",
    "wilcox": "genomedb.analysis.wilcox",
    "extract_sequence": "genomedb.analysis.sequences",
    "copy_examples": "genomedb.db.examples",
    "save_set": "genomedb.db.interval_sets",
    "load_set": "genomedb.db.interval_sets",
    "list_sets": "genomedb.db.interval_sets",
    "read_bed": "genomedb.importers.intervals",
    "read_gff": "genomedb.importers.intervals",
    "read_vcf": "genomedb.importers.intervals",
    "VirtualTrack": "genomedb.virtual.definition",
    "extract": "genomedb.analysis.extract",
    "extract_blocks": "genomedb.analysis.extract",
    "extract_to_file": "genomedb.analysis.to_file",
    "screen": "genomedb.analysis.screen",
    "combine_strands": "genomedb.analysis.combine_strands",
    "strand_shift": "genomedb.analysis.combine_strands",
    "make_liftover_table": "genomedb.analysis.liftover_table",
    "combine_tracks": "genomedb.analysis.combine_tracks",
    "set_track_stats": "genomedb.analysis.track_stats",
    "get_track_stats": "genomedb.analysis.track_stats",
    "set_seq_track_stats": "genomedb.analysis.track_stats",
    "get_seq_track_stats": "genomedb.analysis.track_stats",
    "summary": "genomedb.analysis.summary",
    "load_markov": "genomedb.analysis.synth_file",
    "save_markov": "genomedb.analysis.synth_file",
    "MarkovModel": "genomedb.analysis.synth_model",
    "sample_markov": "genomedb.analysis.synth_sample",
    "sample_markov_to_file": "genomedb.analysis.synth_sample",
    "score_markov": "genomedb.analysis.synth_score",
    "train_markov": "genomedb.analysis.synth_train",
    "forbid_kmer": "genomedb.analysis.synth_words",
    "replace_kmer": "genomedb.analysis.synth_words",
    "replace_kmer_to_file": "genomedb.analysis.synth_words",
}
_ERRORS = [
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, (errors.GenomeDBError, UserWarning))
]

__all__ = ["__version__", *_HOME, *_ERRORS]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'genomedb' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
