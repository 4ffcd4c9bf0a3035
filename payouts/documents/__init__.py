"""What stands on invoices and credit notes, and how they are numbered.

`figures` computes, `parties` says who they are from and to, `sale`, `credit` and
`commission` put the contents together, `numbering` gives the numbers. All of it reads
only; `payouts.services.documents` issues. docs/algorithms/documents.md explains.
"""
