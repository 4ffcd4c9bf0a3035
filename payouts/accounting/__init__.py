"""The ledger as accountants take it: a chart of accounts, the FEC, and a plain CSV.

`chart` maps ledger accounts to numbered ones, `entries` reads the ledger as a stream,
`fec` and `sheet` write it. docs/guides/accounting.md is for whoever keeps the books.
"""
