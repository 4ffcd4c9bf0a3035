"""What the database refuses to forget of refunded pieces, and of who looked away."""

# What is given back of a line stays as it was asked for, its pieces too.
PIECES_ARE_FROZEN = """
CREATE TRIGGER payouts_refundline_pieces
    BEFORE UPDATE ON payouts_refundline FOR EACH ROW
    WHEN ((OLD.pieces, OLD.unsent) IS DISTINCT FROM (NEW.pieces, NEW.unsent))
    EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE payouts_refundline ENABLE ALWAYS TRIGGER payouts_refundline_pieces;
"""
PIECES_ARE_FREE = "DROP TRIGGER payouts_refundline_pieces ON payouts_refundline;"

# Who set a refused command aside said why.
COMMAND_GUARDS = """
CREATE TRIGGER payouts_moneycommand_set_aside
    BEFORE UPDATE ON payouts_moneycommand FOR EACH ROW
    WHEN (OLD.set_aside_for <> '' AND OLD.set_aside_for <> NEW.set_aside_for)
    EXECUTE FUNCTION payouts_evidence_stays();
ALTER TABLE payouts_moneycommand ENABLE ALWAYS TRIGGER payouts_moneycommand_set_aside;
"""
DROP_COMMAND_GUARDS = (
    "DROP TRIGGER payouts_moneycommand_set_aside ON payouts_moneycommand;"
)
