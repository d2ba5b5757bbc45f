"""Tables of the validation page: forecasts and formulas of the product beside what was seen in rivers.

They lie with the tests, not beside the notebook, because the rivers are those the oracle tests make
(``dye_runs``, ``dye_curves``): one way to turn a dye run into a river, whoever asks. Every table is a frame.
"""
