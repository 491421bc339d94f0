"""Any text comes through a database, and sorts as before."""

from hypothesis import given
from hypothesis import strategies as st

from sacred.stores.sql.texts import compute_digest, decode_text, encode_text, is_kept_as_it_is

odd = st.text(
    st.sampled_from("\x00\x01\x02ab\ud7ff\ud800\udc80\udfff\ue000\ue001\u0100\u08ff\u0900\U0001f389")
)
texts = odd | st.text(st.characters(exclude_categories=()))


@given(texts)
def test_it_comes_back(text):
    kept = encode_text(text)
    assert decode_text(kept) == text
    assert "\x00" not in kept
    kept.encode()  # no lone surrogate
    assert is_kept_as_it_is(text) == (kept == text)


@given(texts, texts)
def test_order_stays(one, other):
    assert (one < other) == (encode_text(one) < encode_text(other))
    assert (one == other) == (compute_digest(one) == compute_digest(other))
