"""What happens in the market, one transaction each; a flow may need several apps.

All flows lock in one order, so that nobody waits in a circle; of several rows of one
kind, the lower key comes first:

1.  the open basket of the buyer
2.  the order, and the basket that it came from
3.  the sellers' parts, then a part's open problem, then the part's lines
4.  the offers
5.  what the order has of promotions, then the promotions with limits
6.  the payment, its disputes and refunds, then the settlements and their lines (a
    settlement's lock is that of its holds and parcels too), then what is in reserve
7.  sellers' balances in the ledger, then their accounts at Stripe and transfers
8.  the points
9.  a case of the moderators, its note or review, their sums (a seller's, then the
    month's)
10. the sellers' standing, which all their sales share
11. the webhooks that hear of it, FOR KEY SHARE: only their removal waits for that

Whoever records what Stripe answered holds the command before all of these.

Whoever takes decisions of a queue back holds them before the rows they were about:
several products by their keys, an application before its shop.

An import, and what takes one back, holds its job before these, then products that wait
for a moderator by their keys, then the offers.

Issuing documents is a transaction of its own, in which nothing of these is locked:
the rows that ask for them, then the invoices that are corrected, then the series.
The draft of the commission plans, and its replay after it, are locked by nobody who
locks any of these.

Rows are locked FOR NO KEY UPDATE: a reference to a row may be checked at the end of a
transaction that holds later ones, and FOR UPDATE would let it wait for the row.

What a transaction has written itself and nobody else can see yet needs no place here.
"""
