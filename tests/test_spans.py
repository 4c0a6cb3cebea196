from stroma.spans import in_spans


def test_what_follows_is_a_span_from_three_on():
    assert in_spans([]) == ""
    assert in_spans(["5", "6"]) == "5, 6"
    assert in_spans(["5", "6", "7", "9"]) == "5–7, 9"
    assert in_spans(["X0009", "X0010", "X0011", "V0012"]) == "X0009–X0011, V0012"
    assert in_spans(["a", "b", "3"]) == "a, b, 3"
