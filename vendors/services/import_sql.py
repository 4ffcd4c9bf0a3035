"""The statements of an import: what happens to a staged chunk, in order.

A chunk stands in a table of the transaction, gone with it.

Each takes the job's id (%(job)s), its seller (%(partner)s), the moment (%(now)s) and
how many choices a product may have (%(choices)s).
"""

STAGE = """
DROP TABLE IF EXISTS pg_temp.import_row;
CREATE TEMPORARY TABLE import_row (
  number integer PRIMARY KEY, sku text, eans text[], title text, slug text, brand text,
  description text, category text, facts jsonb, price numeric(12, 2), currency text,
  stock integer, condition text, handling_days smallint, product_public_id text,
  offer_public_id text, product_id bigint, outcome text DEFAULT '',
  field text DEFAULT '', is_active boolean DEFAULT true, offer_pk bigint,
  edition integer, was jsonb, texts jsonb, group_code text, choice jsonb, values text,
  family_public_id text, family_id bigint, shelf_id bigint, kind_id bigint
) ON COMMIT DROP
"""

COPY = """
COPY import_row (
  number, sku, eans, title, slug, brand, description, category, facts, price, currency,
  stock, condition, handling_days, product_public_id, offer_public_id, texts,
  group_code, choice, values, family_public_id, kind_id
) FROM STDIN
"""

# The planner knows nothing of a table that was filled a moment ago. Long texts would
# take it longest, and no condition is about them.
LOOK = "ANALYZE import_row (number, sku, eans, product_id, condition, outcome)"

# The seller's own number names an offer it has already.
MATCH_OWN_OFFERS = """
UPDATE import_row AS row SET product_id = offer.product_id
FROM partner_stockrecord AS offer
WHERE offer.partner_id = %(partner)s AND offer.partner_sku = row.sku
"""

# An EAN names a product; two EANs of one row must name the same one.
MATCH_EANS = """
WITH named AS (
  SELECT row.number, row.product_id AS own, min(known.product_id) AS product_id,
         max(known.product_id) AS other
  FROM import_row AS row
  CROSS JOIN unnest(row.eans) AS ean
  JOIN catalogue_productidentifier AS known
    ON known.kind = 'ean' AND known.value = ean
  GROUP BY row.number, row.product_id
)
UPDATE import_row AS row SET
  product_id = named.product_id,
  outcome = CASE
    WHEN named.product_id <> named.other OR named.own <> named.product_id
    THEN 'refused' ELSE '' END,
  field = 'ean'
FROM named
WHERE named.number = row.number
  AND (named.product_id <> named.other
       OR named.product_id IS DISTINCT FROM named.own)
"""

# A first row makes a new product; later rows with one of its EANs would be twins.
REFUSE_TWINS = """
WITH spelled AS (
  SELECT row.number, ean,
         row_number() OVER (PARTITION BY ean ORDER BY row.number) AS place
  FROM import_row AS row, unnest(row.eans) AS ean
  WHERE row.product_id IS NULL AND row.outcome = ''
)
UPDATE import_row AS row SET outcome = 'refused', field = 'ean_twice'
WHERE row.number IN (SELECT number FROM spelled WHERE place > 1)
"""

# The same product in the same condition is one offer, whatever its number.
REFUSE_SECOND_OFFERS = """
UPDATE import_row AS row SET outcome = 'refused', field = 'twin'
FROM partner_stockrecord AS offer
WHERE row.outcome = '' AND offer.partner_id = %(partner)s
  AND offer.product_id = row.product_id AND offer.condition = row.condition
  AND offer.partner_sku <> row.sku
"""

REFUSE_SECOND_ROWS = """
WITH placed AS (
  SELECT number,
         row_number() OVER (PARTITION BY product_id, condition ORDER BY number) AS place
  FROM import_row WHERE outcome = '' AND product_id IS NOT NULL
)
UPDATE import_row AS row SET outcome = 'refused', field = 'twin'
FROM placed WHERE placed.number = row.number AND placed.place > 1
"""

REFUSE_NAMELESS = """
UPDATE import_row AS row SET outcome = 'refused', field = 'title'
WHERE row.outcome = '' AND row.product_id IS NULL
  AND row.title = ''
"""

# What a known product is among is not for a sheet to say.
REFUSE_UNSHELVED = """
UPDATE import_row AS row SET outcome = 'refused', field = 'category'
WHERE row.outcome = '' AND row.product_id IS NULL
  AND row.category <> '' AND row.shelf_id IS NULL
"""

# A price that nobody said yes to is not written; a new offer cannot do without one.
REFUSE_UNPRICED = """
UPDATE import_row AS row SET outcome = 'refused', field = 'price'
WHERE row.outcome = '' AND row.price IS NULL AND NOT EXISTS (
  SELECT FROM partner_stockrecord AS offer
  WHERE offer.partner_id = %(partner)s AND offer.partner_sku = row.sku
)
"""

# What the seller's sheets call a product that comes in choices.
FIND_FAMILIES = """
UPDATE import_row AS row SET family_id = family.id
FROM catalogue_product AS family
WHERE row.outcome = '' AND row.product_id IS NULL AND row.group_code <> ''
  AND family.submitted_by_id = %(partner)s AND family.group_code = row.group_code
"""

# The choices of a product differ, and all in the same; also from those it has already.
REFUSE_TWIN_CHOICES = """
WITH told AS (
  SELECT row.number, row.group_code, row.choice FROM import_row AS row
  WHERE row.outcome = '' AND row.product_id IS NULL AND row.group_code <> ''
  UNION ALL
  SELECT DISTINCT 0, row.group_code, child.choice
  FROM import_row AS row
  JOIN catalogue_product AS child ON child.parent_id = row.family_id
  WHERE child.choice IS NOT NULL
), placed AS (
  SELECT number,
         row_number() OVER (
           PARTITION BY group_code, lower(choice::text) ORDER BY number) AS place,
         (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(choice) AS key)
           <> first_value(
             (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(choice) AS key)
           ) OVER (PARTITION BY group_code ORDER BY number) AS is_odd
  FROM told
)
UPDATE import_row AS row SET outcome = 'refused',
  field = CASE WHEN placed.is_odd THEN 'axes' ELSE 'choice_twice' END
FROM placed
WHERE placed.number = row.number AND (placed.place > 1 OR placed.is_odd)
"""

# Nor are they more than a product may have, those that it has already among them.
REFUSE_TOO_MANY_CHOICES = """
WITH there AS (
  SELECT parent_id AS family_id, count(*) AS count FROM catalogue_product
  WHERE parent_id IN (SELECT family_id FROM import_row)
  GROUP BY parent_id
), placed AS (
  SELECT row.number, coalesce(there.count, 0) + row_number() OVER (
           PARTITION BY row.group_code ORDER BY row.number) AS place
  FROM import_row AS row LEFT JOIN there USING (family_id)
  WHERE row.outcome = '' AND row.product_id IS NULL AND row.group_code <> ''
)
UPDATE import_row AS row SET outcome = 'refused', field = 'choices'
FROM placed
WHERE placed.number = row.number AND placed.place > %(choices)s
"""

NUMBER_PRODUCTS = """
UPDATE import_row
SET product_id = nextval(pg_get_serial_sequence('catalogue_product', 'id')),
    outcome = 'product_created'
WHERE outcome = '' AND product_id IS NULL
"""

# The first row of a group says what all of it have in common.
_FIRST_OF_GROUPS = """
SELECT DISTINCT ON (row.group_code) row.*
FROM import_row AS row
WHERE row.outcome = 'product_created' AND row.group_code <> ''
ORDER BY row.group_code, row.number
"""

CREATE_FAMILIES = f"""
WITH made AS (
  INSERT INTO catalogue_product (
    structure, is_public, title, slug, description, priority, is_discountable,
    product_class_id, date_created, date_updated, public_id, facts, brand, tax_class,
    review_state, review_reason, submitted_by_id, submitted_at, review_count, group_code
  )
  SELECT 'parent', false, first.title, first.slug, first.description, 0, true,
         coalesce(first.kind_id, %(product_class)s), %(now)s, %(now)s,
         first.family_public_id,
         first.facts - ARRAY(SELECT jsonb_object_keys(first.choice)), first.brand,
         'standard', 'in_review', '', %(partner)s, %(now)s, 0, first.group_code
  FROM ({_FIRST_OF_GROUPS}) AS first
  WHERE first.family_id IS NULL
  RETURNING id, group_code
), said AS (
  INSERT INTO catalogue_producttext (product_id, language, title, description)
  SELECT made.id, said.key, said.value ->> 'title', said.value ->> 'description'
  FROM ({_FIRST_OF_GROUPS}) AS first JOIN made USING (group_code),
       jsonb_each(first.texts) AS said
  WHERE first.texts IS NOT NULL
), placed AS (
  INSERT INTO catalogue_productcategory (product_id, category_id)
  SELECT made.id, first.shelf_id
  FROM ({_FIRST_OF_GROUPS}) AS first JOIN made USING (group_code)
  WHERE first.shelf_id IS NOT NULL
)
UPDATE import_row AS row SET family_id = made.id
FROM made WHERE made.group_code = row.group_code AND row.outcome = 'product_created'
"""  # noqa: S608 -- of constants

# Whoever looks at the product decides on what it has now.
SEND_FAMILIES_ANEW = """
UPDATE catalogue_product AS family SET submitted_at = %(now)s
FROM import_row AS row
WHERE row.family_id = family.id AND row.outcome = 'product_created'
  AND family.review_state = 'in_review'
"""

CREATE_PRODUCTS = """
INSERT INTO catalogue_product (
  id, structure, is_public, title, slug, description, priority, is_discountable,
  product_class_id, date_created, date_updated, public_id, facts, brand, tax_class,
  review_state, review_reason, submitted_by_id, submitted_at, review_count, parent_id,
  choice
)
SELECT row.product_id,
       CASE WHEN family.id IS NULL THEN 'standalone' ELSE 'child' END, false,
       CASE WHEN row.title = family.title
            THEN left(row.title || ', ' || row.values, 255) ELSE row.title END,
       row.slug, CASE WHEN family.id IS NULL THEN row.description ELSE '' END, 0, true,
       CASE WHEN family.id IS NULL THEN coalesce(row.kind_id, %(product_class)s) END,
       %(now)s, %(now)s, row.product_public_id,
       coalesce(family.facts, '{}') || row.facts,
       CASE WHEN family.id IS NULL THEN row.brand ELSE '' END, 'standard', 'in_review',
       '', %(partner)s, %(now)s, 0, family.id,
       CASE WHEN family.id IS NOT NULL THEN row.choice END
FROM import_row AS row
LEFT JOIN catalogue_product AS family ON family.id = row.family_id
WHERE row.outcome = 'product_created'
ORDER BY row.product_id
"""

SAY_PRODUCTS = """
INSERT INTO catalogue_producttext (product_id, language, title, description)
SELECT row.product_id, said.key,
       CASE WHEN row.family_id IS NULL THEN said.value ->> 'title'
            ELSE left(said.value ->> 'title' || ', ' || row.values, 255) END,
       CASE WHEN row.family_id IS NULL THEN said.value ->> 'description' ELSE '' END
FROM import_row AS row, jsonb_each(row.texts) AS said
WHERE row.outcome = 'product_created' AND row.texts IS NOT NULL
"""

NAME_PRODUCTS = """
INSERT INTO catalogue_productidentifier (product_id, kind, value)
SELECT row.product_id, 'ean', unnest(row.eans)
FROM import_row AS row
WHERE row.outcome = 'product_created'
"""

PLACE_PRODUCTS = """
INSERT INTO catalogue_productcategory (product_id, category_id)
SELECT row.product_id, row.shelf_id
FROM import_row AS row
WHERE row.outcome = 'product_created' AND row.shelf_id IS NOT NULL
  AND row.family_id IS NULL
"""

# By primary key, as an order does: the other way round, the two would meet crosswise.
LOCK_OFFERS = """
SELECT offer.id
FROM partner_stockrecord AS offer
JOIN import_row AS row ON row.sku = offer.partner_sku
WHERE row.outcome = '' AND offer.partner_id = %(partner)s
ORDER BY offer.id
FOR NO KEY UPDATE OF offer
"""

# What an undo needs to know, read under the lock. What an earlier one took off sale,
# and nobody touched since, is offered anew.
REMEMBER = """
UPDATE import_row AS row SET
  price = coalesce(row.price, offer.price),
  is_active = offer.is_active OR EXISTS (
    SELECT FROM vendors_importrow AS earlier
    WHERE earlier.offer_pk = offer.id AND earlier.undone = 'withdrawn'
      AND earlier.undo_edition = offer.edition
  ),
  was = jsonb_build_object(
    'price', offer.price, 'condition', offer.condition,
    'handling_days', offer.handling_days, 'is_active', offer.is_active,
    'moved', row.stock + coalesce(offer.num_allocated, 0)
             - coalesce(offer.num_in_stock, 0)
  )
FROM partner_stockrecord AS offer
WHERE row.outcome = '' AND offer.partner_id = %(partner)s
  AND offer.partner_sku = row.sku
  -- Most rows of most files change nothing.
  AND (NOT offer.is_active
       OR (offer.price, offer.num_in_stock - coalesce(offer.num_allocated, 0),
           offer.condition, offer.handling_days)
       IS DISTINCT FROM (row.price, row.stock, row.condition, row.handling_days))
"""

# `xmax = 0` is true of a row that this statement inserted.
UPSERT_OFFERS = """
WITH written AS (
  INSERT INTO partner_stockrecord AS offer (
    partner_id, product_id, partner_sku, price, price_currency, num_in_stock,
    date_created, date_updated, public_id, condition, condition_note, handling_days,
    dispatch_country, min_quantity, is_active
  )
  SELECT %(partner)s, row.product_id, row.sku, row.price, row.currency, row.stock,
         %(now)s, %(now)s, row.offer_public_id, row.condition, '', row.handling_days,
         %(country)s, 1, row.is_active
  FROM import_row AS row
  WHERE row.outcome IN ('', 'product_created')
  ORDER BY row.sku
  ON CONFLICT (partner_id, partner_sku) DO UPDATE SET
    price = excluded.price,
    price_currency = excluded.price_currency,
    num_in_stock = excluded.num_in_stock + coalesce(offer.num_allocated, 0),
    condition = excluded.condition,
    handling_days = excluded.handling_days,
    is_active = excluded.is_active,
    date_updated = excluded.date_updated
  WHERE (offer.price, offer.num_in_stock - coalesce(offer.num_allocated, 0),
         offer.condition, offer.handling_days, offer.is_active)
    IS DISTINCT FROM (excluded.price, excluded.num_in_stock,
         excluded.condition, excluded.handling_days, excluded.is_active)
  RETURNING id, partner_sku, edition, xmax = 0 AS is_new
)
UPDATE import_row AS row
SET outcome = CASE WHEN row.outcome <> '' THEN row.outcome
                   WHEN written.is_new THEN 'offer_created' ELSE 'updated' END,
    offer_pk = written.id, edition = written.edition
FROM written
WHERE row.outcome IN ('', 'product_created') AND row.sku = written.partner_sku
"""

# A row that nothing was said about is an offer as it was.
ACCOUNT = """
INSERT INTO vendors_importrow (
  job_id, number, sku, outcome, field, message, product_id, offer_pk, edition, was
)
SELECT %(job)s, number, sku, coalesce(nullif(outcome, ''), 'unchanged'),
       CASE WHEN outcome <> 'refused' THEN ''
            ELSE coalesce(%(columns)s::jsonb ->> field, field) END,
       CASE WHEN outcome <> 'refused' THEN '' ELSE %(messages)s::jsonb ->> field END,
       CASE WHEN outcome = 'refused' THEN NULL ELSE product_id END,
       offer_pk, edition, CASE WHEN outcome = 'updated' THEN was END
FROM import_row
"""

COUNT = """
SELECT coalesce(nullif(outcome, ''), 'unchanged'), count(*) FROM import_row
GROUP BY outcome
"""

CHANGED_PRODUCTS = """
SELECT DISTINCT row.product_id
FROM import_row AS row
JOIN catalogue_product AS product ON product.id = row.product_id AND product.is_public
WHERE row.outcome IN ('offer_created', 'updated')
"""


# What finds out which rows can go in; nothing but the staged rows is written.
MATCHING = (
    LOOK,
    MATCH_OWN_OFFERS,
    MATCH_EANS,
    REFUSE_TWINS,
    REFUSE_SECOND_OFFERS,
    REFUSE_SECOND_ROWS,
    REFUSE_NAMELESS,
    REFUSE_UNSHELVED,
    REFUSE_UNPRICED,
    FIND_FAMILIES,
    REFUSE_TWIN_CHOICES,
    REFUSE_TOO_MANY_CHOICES,
)
STEPS = (
    *MATCHING,
    NUMBER_PRODUCTS,
    CREATE_FAMILIES,
    SEND_FAMILIES_ANEW,
    CREATE_PRODUCTS,
    SAY_PRODUCTS,
    NAME_PRODUCTS,
    PLACE_PRODUCTS,
    LOCK_OFFERS,
    REMEMBER,
    UPSERT_OFFERS,
    ACCOUNT,
)
