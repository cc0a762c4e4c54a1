"""The nonces in a plan."""

from hypothesis import given
from hypothesis import strategies as st

from grader.model import plan


def test_nonces_are_unique_and_use_the_alphabet():
    found = plan.nonces(1)
    assert len(set(found)) == len(found) == plan.NONCE_COUNT
    assert {len(nonce) for nonce in found} == {plan.NONCE_LENGTH}
    assert set("".join(found)) == set(plan.NONCE_ALPHABET)


def test_the_same_seed_makes_the_same_nonces():
    assert plan.nonces(7) == plan.nonces(7)
    assert plan.nonces(7) != plan.nonces(8)
    # Reports name their seed, so these texts must not change between versions.
    assert plan.nonces(0)[:2] == ("jqxzxqjqxzzqzqzx", "jjzxzxxzqxxjzjzj")


@given(st.integers(0, 2**63 - 1))
def test_every_seed_makes_enough_nonces(seed):
    assert len(set(plan.nonces(seed))) == plan.NONCE_COUNT


@given(st.integers(0, 2**63 - 1))
def test_every_nonce_has_each_letter_and_a_doubled_one(seed):
    for nonce in plan.nonces(seed):
        assert nonce[0] in plan.NONCE_FIRST
        assert set(nonce) == set(plan.NONCE_ALPHABET)
        assert any(letter * 2 in nonce for letter in plan.NONCE_ALPHABET)


def test_a_usual_record_contains_no_letter_of_the_alphabet():
    usual = "[2024-05-01 12:00:00,123] INFO root: ('127.0.0.1', 50123) client terminal 0x7fab recv"
    assert not set(usual.lower().replace("0x7fab", "")) & set(plan.NONCE_ALPHABET)
