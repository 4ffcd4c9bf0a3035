from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from marketplace.accounts.addresses import folded
from marketplace.db.fields import CurrencyField


class SearchDocument(models.Model):
    """What is known of a product for finding it; no foreign key on purpose.

    A product that may not be found any more stays as a row with `is_listed` false until
    every engine has forgotten it. `version` grows with each writing; `mirrored` is the
    version that the other engine holds.
    """

    product_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField()
    mirrored = models.BigIntegerField(default=0)
    is_listed = models.BooleanField(default=True)
    vector = SearchVectorField()
    # What the search box looks for beginnings in: words as written, and their stems.
    beginnings = SearchVectorField(default="")
    length = models.PositiveIntegerField(default=0)
    names = models.TextField(blank=True)
    identifiers = ArrayField(models.TextField(), default=list)
    skus = ArrayField(models.TextField(), default=list)
    tags = ArrayField(models.TextField(), default=list)
    currency = CurrencyField()
    price_minor = models.BigIntegerField(default=0)
    landed_minor = models.BigIntegerField(null=True)
    is_available = models.BooleanField(default=True)
    note = models.FloatField(default=0)
    delivery_days = models.PositiveSmallIntegerField(null=True)
    factors = ArrayField(models.FloatField(), default=list)
    created_at = models.DateTimeField()
    card = models.JSONField(default=dict)

    class Meta:
        db_table = "search_document"
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            GinIndex(fields=["beginnings"], name="search_beginnings"),
            GinIndex(fields=["tags"], name="search_tags"),
            GinIndex(fields=["identifiers"], name="search_identifiers"),
            GinIndex(fields=["skus"], name="search_skus"),
            models.Index(
                fields=["version"],
                condition=Q(version__gt=F("mirrored")),
                name="search_to_mirror",
            ),
        ]

    def __str__(self) -> str:
        return str(self.card.get("title", self.product_id))


class Lexeme(models.Model):
    """A stemmed word and the number of documents with it."""

    lexeme = models.TextField(primary_key=True)
    documents = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "search_lexeme"

    def __str__(self) -> str:
        return self.lexeme


class Word(models.Model):
    """A word as it is written: what a misspelt one is mended to."""

    word = models.TextField(primary_key=True)
    documents = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "search_word"
        indexes = [
            GistIndex(OpClass("word", name="gist_trgm_ops"), name="search_word_near"),
        ]

    def __str__(self) -> str:
        return self.word


class Statistics(models.Model):
    """How many documents there are, how long, and whether all are mirrored; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    documents = models.PositiveIntegerField(default=0)
    mean_length = models.FloatField(default=1)
    # Whether the other engine lacks something that could not be brought to it.
    is_behind = models.BooleanField(default=False)

    class Meta:
        db_table = "search_statistics"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_row_of_statistics"),
        ]

    def __str__(self) -> str:
        return f"{self.documents} documents"


class Ranking(models.Model):
    """Weights of the order of results, in hundredths by factor; the newest rules.

    A row is never changed: the past says how results were ranked on a day.
    """

    weights = models.JSONField()
    reason = models.TextField()
    chosen_by = models.BigIntegerField(null=True)
    since = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "search_ranking"

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"


class Synonym(models.Model):
    """A phrase and what else it is called; both folded, as queries are."""

    phrase = models.CharField(max_length=80, unique=True)
    others = ArrayField(models.CharField(max_length=80))
    # "sofa" may also be called "couch"; whether who says "couch" also means "sofa".
    is_mutual = models.BooleanField(default=True)

    class Meta:
        db_table = "search_synonym"
        ordering = ("phrase",)

    def __str__(self) -> str:
        return self.phrase


class Correction(models.Model):
    """A query that is searched as another one: what the typing errors do not find."""

    typed = models.CharField(max_length=120, unique=True)
    meant = models.CharField(max_length=120)

    class Meta:
        db_table = "search_correction"
        ordering = ("typed",)

    def __str__(self) -> str:
        return f"{self.typed}: {self.meant}"


class QueryLog(models.Model):
    """A query that was asked; never by whom.

    Those with `is_asking` are counted: what somebody asks anew on the same day, narrows
    by filters or turns the pages of is none.
    """

    text = models.CharField(max_length=200)
    scope = models.CharField(max_length=500, blank=True)
    filters = models.JSONField(default=dict)
    sort = models.CharField(max_length=10)
    page = models.PositiveSmallIntegerField(default=1)
    is_asking = models.BooleanField(default=True)
    results = models.PositiveIntegerField()
    corrected = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=20)
    # The places, from 1, of what was opened; in that order.
    clicks = ArrayField(models.PositiveSmallIntegerField(), default=list)
    asked_on = models.DateField(db_index=True)

    class Meta:
        db_table = "search_query"
        indexes = [
            models.Index(
                OpClass("text", name="varchar_pattern_ops"),
                condition=Q(results__gt=0, page=1, is_asking=True),
                name="search_past_queries",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SavedSearch(models.Model):
    """A query of which somebody wants to be told once, when something matches it.

    `path` is the address of its results, written the one way there is. Nobody is told
    before they have confirmed the address of their mail.
    """

    email = models.EmailField()
    text = models.CharField(max_length=200)
    scope = models.CharField(max_length=500, blank=True)
    filters = models.JSONField(default=dict)
    without = ArrayField(models.TextField(), default=list)
    price_from_minor = models.BigIntegerField(null=True)
    price_to_minor = models.BigIntegerField(null=True)
    as_typed = models.BooleanField(default=False)
    currency = CurrencyField()
    path = models.TextField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "search_saved"
        constraints = [
            models.UniqueConstraint(
                folded("email"),
                F("digest"),
                condition=Q(told_at=None),
                name="search_saved_once",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(confirmed_at__isnull=False),
                name="search_told_once_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["looked_at"],
                condition=Q(told_at=None, confirmed_at__isnull=False),
                name="search_saved_to_look",
            ),
        ]

    def __str__(self) -> str:
        return self.text
