#!/bin/bash
# One row of a manifest a task of a Slurm array; what is there already is left alone, so that an
# array may be submitted again. A manifest is a table with tabs whose header names the columns track
# and file, and perhaps description, format, bin_size, dtype and attr:NAME.
#
#   sbatch --array=1-"$(scripts/slurm_array.sh rows tracks.tsv)" scripts/slurm_array.sh tracks.tsv
#
# Further words go to `genomedb import many`, e.g. --bin-size 1. GENOME_DB and GENOME_ASSEMBLY name
# the database; GENOMEDB the command (default: genomedb, else python3 -m genomedb).
#SBATCH --job-name=genomedb
#SBATCH --ntasks=1
set -euo pipefail

usage() {
    echo "usage: slurm_array.sh MANIFEST [OPTION...] | slurm_array.sh rows MANIFEST" >&2
    exit 2
}

case ${1:-} in
    "" | -*) usage ;;
esac
if [ "$1" = rows ]; then
    [ $# -eq 2 ] || usage
    # rows below the header, without blank lines and comments
    awk '!/^#/ && !/^[ \t\r]*$/ { n++ } END { print (n > 1 ? n - 1 : 0) }' "$2"
    exit
fi
manifest=$1
shift
task=${SLURM_ARRAY_TASK_ID:-}
if [ -z "$task" ]; then
    echo "slurm_array.sh: SLURM_ARRAY_TASK_ID is not set. Submit it with sbatch --array=1-N" >&2
    exit 2
fi
if [ -n "${GENOMEDB:-}" ]; then
    read -ra genomedb <<<"$GENOMEDB"
elif command -v genomedb >/dev/null; then
    genomedb=(genomedb)
else
    genomedb=(python3 -m genomedb)
fi
exec "${genomedb[@]}" import many --manifest "$manifest" --row "$task" --skip-existing "$@"
