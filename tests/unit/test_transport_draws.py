"""Random bits against the published ones, normal errors against scipy."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from riverplan.transport.draws import LANES, draw_errors, draw_factors, philox


def bits(seed, stream, row, first):
    words = np.empty((4, LANES), np.uint32)
    philox(np.uint64(seed), stream, row, first, words)
    return words


def test_the_bits_are_those_of_philox_as_published():
    # Random123, kat_vectors: philox4x32 10, counter and key of zeros
    assert [int(w) for w in bits(0, 0, 0, 0)[:, 0]] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


def test_a_counter_and_a_key_of_ones_give_what_is_computed_in_plain_integers():
    def plain(counter, key):
        c, k = list(counter), list(key)
        for _ in range(10):
            a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
            c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
            k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
        return c

    assert plain([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
    seed = 0xFEDCBA9876543210
    for j in (0, 7):
        assert bits(seed, 2, 12345, 48)[:, j].tolist() == plain([48 + j, 12345, 2, 0], [seed & 0xFFFFFFFF, seed >> 32])


def test_errors_are_the_inverse_normal_of_the_bits():
    drawn = np.empty((1, 64), np.float32)
    draw_errors(np.uint64(9), 1, 1.0, drawn)
    u = ((bits(9, 1, 0, 0).ravel() >> 9) + 0.5) * 2.0**-23
    assert np.abs(drawn[0] - ndtri(u)).max() < 2e-6


def test_errors_are_normal_to_the_tails():
    drawn = np.empty((200, 1000), np.float32)
    draw_errors(np.uint64(1), 1, 1.0, drawn)
    x = drawn.ravel().astype(np.float64)
    assert stats.kstest(x, "norm").pvalue > 1e-3
    assert abs(stats.kurtosis(x)) < 0.05
    assert np.mean(np.abs(x) > 3) == pytest.approx(0.0027, rel=0.15)


def test_errors_of_rows_streams_and_seeds_are_independent():
    drawn = [np.empty((2, 50_000), np.float32) for _ in range(3)]
    for (seed, stream), out in zip([(1, 1), (1, 2), (2, 1)], drawn, strict=True):
        draw_errors(np.uint64(seed), stream, 1.0, out)
    assert np.abs(np.corrcoef(np.vstack(drawn)) - np.eye(6)).max() < 0.02
    assert abs(np.corrcoef(drawn[0][0, 1:], drawn[0][0, :-1])[0, 1]) < 0.02


def test_factors_are_the_exponentials_of_the_errors():
    error, factor = np.empty((3, 100), np.float32), np.empty((3, 100), np.float32)
    besides = np.linspace(-4, 4, 100).astype(np.float32)
    draw_errors(np.uint64(4), 2, 0.7, error)
    draw_factors(np.uint64(4), 2, 0.7, besides, factor)
    assert np.allclose(factor, np.exp(-(besides + error).astype(np.float64)), rtol=1e-6)
