"""The statements of a plan: what the staged rows of a whole file would change.

Each takes the job's id (%(job)s) and its seller (%(partner)s).
"""

# A price that moves far waits for a yes, and so does one far below what others ask.
# Title and price of what others have not published yet are nobody's business.
PLAN = """
INSERT INTO vendors_importplanrow (
  job_id, number, sku, outcome, field, message, product_pk, title, price_now, price_new,
  price_of_others, stock_now, stock_new, doubt, taken, cells, group_code
)
SELECT
  %(job)s, row.number, row.sku, fate.outcome,
  CASE WHEN fate.outcome <> 'refused' THEN ''
       ELSE coalesce(%(columns)s::jsonb ->> row.field, row.field) END,
  CASE WHEN fate.outcome <> 'refused' THEN ''
       ELSE %(messages)s::jsonb ->> row.field END,
  CASE WHEN fate.outcome <> 'refused' THEN product.id END,
  coalesce(
    nullif(left(concat_ws(', ', row.title,
      CASE WHEN fate.outcome = 'product_created' THEN row.values END), 255), ''),
    product.title, ''),
  offer.price, row.price, others.price, offer.left, row.stock,
  CASE WHEN fate.outcome NOT IN ('updated', 'offer_created') THEN ''
       WHEN abs(row.price - offer.price) * 100 > offer.price * %(move)s THEN 'moved'
       WHEN row.price IS DISTINCT FROM offer.price
            AND row.price * 100 < others.price * %(floor)s THEN 'floor'
       ELSE '' END,
  NULL,
  CASE WHEN fate.outcome = 'refused' THEN jsonb_build_object(
    'sku', row.sku, 'title', row.title, 'ean', array_to_string(row.eans, ' '),
    'price', row.price::text, 'stock', row.stock::text, 'condition', row.condition,
    'variant_group', row.group_code
  ) END,
  CASE WHEN fate.outcome = 'product_created' THEN row.group_code ELSE '' END
FROM import_row AS row
LEFT JOIN LATERAL (
  SELECT found.id, found.price, found.condition, found.handling_days,
         coalesce(found.num_in_stock, 0) - coalesce(found.num_allocated, 0) AS left
  FROM partner_stockrecord AS found
  WHERE found.partner_id = %(partner)s AND found.partner_sku = row.sku
) AS offer ON true
LEFT JOIN catalogue_product AS product ON product.id = row.product_id
  AND (product.is_public OR product.submitted_by_id = %(partner)s)
LEFT JOIN LATERAL (
  SELECT min(rival.price) AS price FROM partner_stockrecord AS rival
  WHERE rival.product_id = product.id AND product.is_public
    AND rival.partner_id <> %(partner)s
    AND rival.is_active AND rival.condition = row.condition
    AND coalesce(rival.num_in_stock, 0) > coalesce(rival.num_allocated, 0)
) AS others ON true
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN row.outcome = 'refused' THEN 'refused'
    WHEN row.product_id IS NULL THEN 'product_created'
    WHEN offer.id IS NULL THEN 'offer_created'
    WHEN (offer.price, offer.left, offer.condition, offer.handling_days)
      IS DISTINCT FROM (row.price, row.stock, row.condition, row.handling_days)
    THEN 'updated' ELSE 'unchanged' END AS outcome
) AS fate
"""

# Whoever said yes to this very price before has said it.
TAKE_AGAIN = """
UPDATE vendors_importplanrow AS row SET taken = said.taken
FROM unnest(%(numbers)s::int[], %(prices)s::numeric[], %(taken)s::bool[])
  AS said (number, price, taken)
WHERE row.job_id = %(job)s AND row.number = said.number
  AND row.price_new = said.price AND row.doubt <> ''
"""

SUM_UP = """
SELECT jsonb_build_object(
  'rows', count(*),
  'product_created', count(*) FILTER (WHERE outcome = 'product_created'),
  'choices', count(*) FILTER (WHERE group_code <> ''),
  'groups', count(DISTINCT group_code) FILTER (WHERE group_code <> ''),
  'offer_created', count(*) FILTER (WHERE outcome = 'offer_created'),
  'updated', count(*) FILTER (WHERE outcome = 'updated'),
  'unchanged', count(*) FILTER (WHERE outcome = 'unchanged'),
  'refused', count(*) FILTER (WHERE outcome = 'refused'),
  'down', count(*) FILTER (WHERE outcome = 'updated' AND price_new < price_now),
  'up', count(*) FILTER (WHERE outcome = 'updated' AND price_new > price_now),
  'doubts', count(*) FILTER (WHERE doubt <> ''),
  'lowest', coalesce(min(round((price_new / price_now - 1) * 100))
                     FILTER (WHERE doubt <> '' AND price_new < price_now), 0),
  'leads', count(*) FILTER (WHERE outcome <> 'refused' AND price_new < price_of_others
                            AND (price_now IS NULL OR price_now >= price_of_others))
         - count(*) FILTER (WHERE outcome <> 'refused' AND price_now < price_of_others
                            AND price_new >= price_of_others)
)
FROM vendors_importplanrow WHERE job_id = %(job)s
"""
