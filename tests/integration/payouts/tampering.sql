-- change an amount
UPDATE payouts_ledgerentry SET amount_minor = 1;

-- change no row at all
UPDATE payouts_ledgerentry SET amount_minor = 1 WHERE FALSE;

-- delete an entry
DELETE FROM payouts_ledgerentry;

-- empty the entries
TRUNCATE payouts_ledgerentry, payouts_statemententry;

-- rename a transaction
UPDATE payouts_ledgertransaction SET key = 'x';

-- date a transaction back
UPDATE payouts_ledgertransaction SET booked_at = now();

-- delete a transaction
DELETE FROM payouts_ledgertransaction;

-- empty everything
TRUNCATE payouts_ledgertransaction CASCADE;

-- rename an account
UPDATE payouts_ledgeraccount SET code = 'x';

-- delete an account
DELETE FROM payouts_ledgeraccount;

-- raise a balance
UPDATE payouts_ledgerbalance SET posted_minor = 999999;

-- lower a floor
UPDATE payouts_ledgerbalance SET floor = NULL;

-- forget a balance
DELETE FROM payouts_ledgerbalance;

-- empty the balances
TRUNCATE payouts_ledgerbalance;

-- append one leg to an old transaction
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT transaction_id, account_id, currency, 1 FROM payouts_ledgerentry LIMIT 1;

-- append a balanced set to an old transaction
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT transaction_id, account_id, currency, amount_minor FROM payouts_ledgerentry;

-- claim that a header is as old as another
INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at, xid)
SELECT 'x', 'test', '{}', now(), xid FROM payouts_ledgertransaction LIMIT 1;

-- book nothing
INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
VALUES ('x', 'test', '{}', now());

-- book one leg
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
    VALUES ('x', 'test', '{}', now()) RETURNING id
)
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT header.id, account.id, 'EUR', 5
FROM header, payouts_ledgeraccount AS account WHERE account.kind = 'bank';

-- book legs that do not balance
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
    VALUES ('x', 'test', '{}', now()) RETURNING id
)
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT header.id, account.id, 'EUR', 5 FROM header, payouts_ledgeraccount AS account;

-- book in another currency than the account
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
    VALUES ('x', 'test', '{}', now()) RETURNING id
)
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT header.id, account.id, 'SEK', leg.amount
FROM header, payouts_ledgeraccount AS account, (VALUES (5), (-5)) AS leg (amount)
WHERE account.kind = 'bank';

-- book zero
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
    VALUES ('x', 'test', '{}', now()) RETURNING id
)
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT header.id, account.id, 'EUR', 0 FROM header, payouts_ledgeraccount AS account;

-- book the same key again
INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
SELECT key, kind, ref, booked_at FROM payouts_ledgertransaction;

-- take more than is held
WITH header AS (
    INSERT INTO payouts_ledgertransaction (key, kind, ref, booked_at)
    VALUES ('x', 'test', '{}', now()) RETURNING id
)
INSERT INTO payouts_ledgerentry (transaction_id, account_id, currency, amount_minor)
SELECT header.id, account.id, 'EUR', CASE account.kind WHEN 'bank' THEN -901 ELSE 901 END
FROM header, payouts_ledgeraccount AS account
WHERE account.kind IN ('bank', 'vendor_held');

-- switch the guards off for a session
SET LOCAL session_replication_role = 'replica';
UPDATE payouts_ledgerentry SET amount_minor = 1;

-- forget a dispute
DELETE FROM payouts_dispute;

-- change who bears a lost dispute
UPDATE payouts_disputeallocation SET amount_minor = 0;

-- forget who bears a lost dispute
TRUNCATE payouts_disputeallocation;

-- forget what was sent to the bank
DELETE FROM payouts_disputeevidence;

-- forget what a seller said to a dispute
DELETE FROM payouts_disputestatement;

-- forget what a refund took from whom
DELETE FROM payouts_refundline;

-- forget a refund
DELETE FROM payouts_refundrequest;

-- forget how a failed refund was paid
DELETE FROM payouts_refundrepayment;

-- forget what Stripe was asked
DELETE FROM payouts_moneycommand;

-- forget a payment
DELETE FROM payouts_paymentattempt;

-- forget a transfer
DELETE FROM payouts_vendortransfer;

-- forget what was taken back
DELETE FROM payouts_transferreversal;

-- empty the reserves
TRUNCATE payouts_vendorreserve;

-- empty the fines and credits
TRUNCATE payouts_adjustment;

-- empty the claims against carriers
TRUNCATE payouts_carrierclaim;
