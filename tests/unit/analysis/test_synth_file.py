"""Saved models come back as they were, and files that are none are told apart."""

import json
import pickle
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genomedb.analysis.synth_file import load_markov, save_markov
from genomedb.analysis.synth_metadata import metadata_of, metadata_text
from genomedb.analysis.synth_model import Dimension, MarkovModel, posterior
from genomedb.errors import FormatError, MissingFileError, ParseError, UsageError, WriteError


def made(k=2, dimensions=(), seed=0, **options):
    rng = np.random.default_rng(seed)
    n = int(np.prod([one.n_bins for one in dimensions]))
    counts = rng.integers(0, 2**40, (n, 4**k, 4))
    cdf, prior, _ = posterior(counts, 1e-7, "marginal")
    return MarkovModel(
        k, tuple(dimensions), counts, cdf, counts.sum(axis=(1, 2)), 5, 7, 1e-7,
        prior=prior, prior_name="marginal", **options,
    )  # fmt: skip


ODD = Dimension.of("a.b + \"x\": 'y' # é\n" * 9, [-np.inf, -1e-300, 1e-5, 1, 1e22, np.inf])
MERGED = Dimension.of("t", [0, 0.1, 0.2], [{"from": (0, 0.1), "to": (0.1, 0.2)}])
MODELS = [made(), made(5), made(1, [ODD, MERGED], iterator=20, min_obs=3, n_fallbacks=2)]


def assert_same(one, other):
    for field in fields(MarkovModel):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name == "dimensions":
            assert [d.expression for d in a] == [d.expression for d in b]
            for p, q in zip(a, b, strict=True):
                np.testing.assert_array_equal(p.breaks, q.breaks)
                assert (p.bin_map is None) == (q.bin_map is None)
                np.testing.assert_array_equal(p.bin_map, q.bin_map)
        else:
            np.testing.assert_array_equal(a, b, err_msg=field.name)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("compress", [False, True])
def test_models_come_back_as_they_were(model, compress, tmp_path):
    path = tmp_path / "m.gsm"
    save_markov(MODELS[0], path, compress=compress)
    save_markov(model, path, compress=compress)  # replaces it
    assert path.is_dir() != compress
    assert_same(load_markov(path), model)
    assert_same(load_markov(path), replace(model, prior=load_markov(path).prior))


def test_a_model_without_a_prior_has_none_when_it_comes_back(tmp_path):
    save_markov(replace(MODELS[0], prior=None), tmp_path / "m", compress=True)
    assert load_markov(tmp_path / "m").prior is None


def test_what_is_not_there_or_no_model_is_told_apart(tmp_path):
    with pytest.raises(MissingFileError, match="is not there"):
        load_markov(tmp_path / "none")
    with pytest.raises(MissingFileError, match=r"has no metadata\.yaml"):
        load_markov(tmp_path)
    (tmp_path / "p").write_bytes(pickle.dumps({"k": 5}))
    with pytest.raises(FormatError, match="is a pickle, which is not read"):
        load_markov(tmp_path / "p")
    (tmp_path / "t").write_text("hello")
    with pytest.raises(FormatError, match="is no saved model"):
        load_markov(tmp_path / "t")
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        archive.writestr("other", "x")
    with pytest.raises(FormatError, match=r"has no metadata\.yaml"):
        load_markov(tmp_path / "z")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "x"}, "is of format 'x'"),
        ({"version": 3}, "version 3"),
        ({"markov_order": 11}, "order 11"),
        ({"total_bins": 2}, "2 cells do not fit"),
        ({"total_bins": "x"}, "wrong or not whole"),
        ({"total_bins": float("inf")}, "wrong or not whole"),
        ({"markov_order": 3}, r"counts\.bin has 512 bytes, not 2,048"),
        ({"markov_order": 1}, r"counts\.bin\S* has 512 bytes, not 128"),
        ({"dim_specs": [{"expr": "t", "breaks": [1, 0]}]}, "is not above the one before"),
        ({"dim_specs": [{"expr": "t", "breaks": [0, 1], "bin_map": [1]}]}, "does not fit"),
        ({"dim_specs": [{"expr": "t"}]}, "'breaks'"),
        ({"dim_specs": [5]}, "wrong or not whole"),
        ({"per_bin_kmers": [1, 2]}, "per_bin_kmers has 2 items, not 1"),
        ({"data": 5}, "wrong or not whole"),
    ],
)
def test_metadata_that_do_not_fit_are_refused(change, message, tmp_path):
    save_markov(MODELS[0], tmp_path / "m")
    path = tmp_path / "m" / "metadata.yaml"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(FormatError, match=message):
        load_markov(tmp_path / "m")


def test_damaged_arrays_are_refused(tmp_path):
    save_markov(MODELS[0], tmp_path / "m")
    (tmp_path / "m" / "counts.bin").write_bytes(b"\xff" * 512)
    with pytest.raises(FormatError, match="no counts"):
        load_markov(tmp_path / "m")
    (tmp_path / "m" / "counts.bin").unlink()
    with pytest.raises(MissingFileError, match=r"counts\.bin"):
        load_markov(tmp_path / "m")
    save_markov(MODELS[0], tmp_path / "z", compress=True)
    data = bytearray((tmp_path / "z").read_bytes())
    for at in range(60, len(data), 97):
        broken = data.copy()
        broken[at] ^= 0xFF
        (tmp_path / "z").write_bytes(broken)
        try:
            load_markov(tmp_path / "z")
        except (FormatError, ParseError):
            continue


def test_models_that_cannot_be_saved_are_named(tmp_path):
    with pytest.raises(UsageError, match="model is 5"):
        save_markov(5, tmp_path / "m")
    with pytest.raises(UsageError, match="order 0"):
        save_markov(MarkovModel.independent([1, 1, 1, 1]), tmp_path / "m")
    for compress in (False, True):
        with pytest.raises(WriteError):
            save_markov(MODELS[0], tmp_path / "none" / "m", compress=compress)
    assert not list(tmp_path.iterdir())


BLOCKS = """\
---
format: gsynth_model
empty:
none: ~
number: -12
float: 1.0e-05
digits: 1.5
endless: -.inf
text: t * 2 + log(u, base=2)
  - and more
quoted: 'it''s: # one'
double: "a \\x41 \\u00e9\\n b \\
  c"
yes: true
list:
- 0.1
- null
- two words
inner:
  - expr: a
    breaks:
    - 0
    - 1.5
    bin_map:
  -   expr: b
      breaks: []
      deep:
        x: {}
last: end
"""


def test_block_yaml_is_read():
    assert metadata_of(BLOCKS, where="m") == {
        "format": "gsynth_model", "empty": None, "none": None, "number": -12, "float": 1e-5,
        "digits": 1.5, "endless": float("-inf"), "text": "t * 2 + log(u, base=2) - and more",
        "quoted": "it's: # one", "double": "a A é\n b c", "yes": True,
        "list": [0.1, None, "two words"],
        "inner": [{"expr": "a", "breaks": [0, 1.5], "bin_map": None},
                  {"expr": "b", "breaks": [], "deep": {"x": {}}}],
        "last": "end",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: !!python/object:os.system x", 2),
        ("a: &x 1", 1),
        ("a: [1, 2]", 1),
        ("just text", 1),
        ("a:\n- - 1", 2),
        ('a: "open', 1),
        ("- 1", 1),
        ("{", 1),
        ("{\n 'a': 1}", 2),
    ],
)
def test_other_yaml_is_refused_at_its_line(text, line):
    with pytest.raises(ParseError) as error:
        metadata_of(text, where="m.yaml")
    assert error.value.line == line


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_metadata_come_back(values):
    assert metadata_of(metadata_text(values), where="m") == values
