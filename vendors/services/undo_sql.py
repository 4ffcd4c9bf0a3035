"""The statements that take an import back, a chunk of its rows at a time.

Each takes the job's id (%(job)s), its seller (%(partner)s) and the moment (%(now)s).
"""

# What becomes of a row, seen beside its offer as it is now. The database moves an
# edition on with all that is said of an offer, and with no sale.
_FATE = """
CASE
  WHEN offer.id IS NULL THEN 'gone'
  WHEN offer.edition <> row.edition THEN 'left'
  WHEN row.outcome = 'updated' AND offer.condition <> row.was ->> 'condition'
    AND EXISTS (
      SELECT FROM partner_stockrecord AS twin
      WHERE twin.partner_id = offer.partner_id AND twin.product_id = offer.product_id
        AND twin.condition = row.was ->> 'condition' AND twin.id <> offer.id
    ) THEN 'left'
  WHEN row.outcome = 'updated'
    AND coalesce(offer.num_in_stock, 0) - (row.was ->> 'moved')::int
      < coalesce(offer.num_allocated, 0) THEN 'short'
  WHEN row.outcome = 'updated' THEN 'back'
  WHEN row.outcome = 'product_created' AND EXISTS (
      SELECT FROM catalogue_product AS product
      WHERE product.id = offer.product_id AND product.review_state = 'in_review'
        AND NOT product.is_public AND NOT EXISTS (
          SELECT FROM partner_stockrecord AS beside
          WHERE beside.product_id = product.id AND beside.id <> offer.id
        )
    ) THEN 'deleted'
  ELSE 'withdrawn'
END
"""
# The statements are made of these two and nothing else.
_WRITTEN = "('product_created', 'offer_created', 'updated')"

LOOK = f"""
SELECT {_FATE} AS fate, count(*)
FROM vendors_importrow AS row
LEFT JOIN partner_stockrecord AS offer ON offer.id = row.offer_pk
WHERE row.job_id = %(job)s AND row.undone = '' AND row.outcome IN {_WRITTEN}
GROUP BY fate
"""  # noqa: S608 -- of constants

# The rows that would be left, for whoever looks before they leap.
LOOK_AT_LEFT = f"""
SELECT row.number, row.sku, {_FATE} AS fate
FROM vendors_importrow AS row
LEFT JOIN partner_stockrecord AS offer ON offer.id = row.offer_pk
WHERE row.job_id = %(job)s AND row.undone = '' AND row.outcome IN {_WRITTEN}
  AND {_FATE} IN ('gone', 'left', 'short')
ORDER BY row.number LIMIT %(limit)s
"""  # noqa: S608 -- of constants

TAKE = f"""
DROP TABLE IF EXISTS pg_temp.undo_row;
CREATE TEMPORARY TABLE undo_row ON COMMIT DROP AS
SELECT row.id, row.number, row.outcome, row.offer_pk, row.product_id, row.edition,
       row.was, ''::text AS undone, NULL::integer AS undo_edition
FROM vendors_importrow AS row
WHERE row.job_id = %(job)s AND row.undone = '' AND row.outcome IN {_WRITTEN}
ORDER BY row.number LIMIT %(limit)s;
ANALYZE undo_row
"""  # noqa: S608 -- of constants

# A moderator who decides meanwhile has decided first, or finds the product gone.
LOCK_PRODUCTS = """
SELECT product.id FROM catalogue_product AS product
JOIN undo_row AS row ON row.product_id = product.id
WHERE row.outcome = 'product_created' AND product.review_state = 'in_review'
ORDER BY product.id FOR UPDATE OF product
"""

LOCK_OFFERS = """
SELECT offer.id FROM partner_stockrecord AS offer
JOIN undo_row AS row ON row.offer_pk = offer.id
ORDER BY offer.id FOR NO KEY UPDATE OF offer
"""

DECIDE = f"""
WITH told AS (
  SELECT row.id, {_FATE} AS fate FROM undo_row AS row
  LEFT JOIN partner_stockrecord AS offer ON offer.id = row.offer_pk
)
UPDATE undo_row AS row SET undone = told.fate FROM told WHERE told.id = row.id
"""  # noqa: S608 -- of constants

RESTORE = """
UPDATE partner_stockrecord AS offer SET
  price = (row.was ->> 'price')::numeric,
  condition = row.was ->> 'condition',
  handling_days = (row.was ->> 'handling_days')::smallint,
  is_active = (row.was ->> 'is_active')::boolean,
  num_in_stock = greatest(
    coalesce(offer.num_in_stock, 0) - (row.was ->> 'moved')::int,
    coalesce(offer.num_allocated, 0)
  ),
  date_updated = %(now)s
FROM undo_row AS row
WHERE row.offer_pk = offer.id AND row.undone IN ('back', 'short')
"""

WITHDRAW = """
WITH withdrawn AS (
  UPDATE partner_stockrecord AS offer SET is_active = false, date_updated = %(now)s
  FROM undo_row AS row
  WHERE row.offer_pk = offer.id AND row.undone = 'withdrawn'
  RETURNING offer.id, offer.edition
)
UPDATE undo_row AS row SET undo_edition = withdrawn.edition
FROM withdrawn WHERE withdrawn.id = row.offer_pk
"""

ACCOUNT = """
UPDATE vendors_importrow AS row SET undone = done.undone,
  undo_edition = done.undo_edition
FROM undo_row AS done WHERE done.id = row.id
"""

NEW_PRODUCTS = "SELECT product_id FROM undo_row WHERE undone = 'deleted'"

CHANGED_PRODUCTS = """
SELECT DISTINCT row.product_id FROM undo_row AS row
JOIN catalogue_product AS product ON product.id = row.product_id AND product.is_public
WHERE row.undone IN ('back', 'short', 'withdrawn')
"""

COUNT = "SELECT count(*) FROM undo_row"

STEPS = (LOCK_PRODUCTS, LOCK_OFFERS, DECIDE, RESTORE, WITHDRAW, ACCOUNT)
