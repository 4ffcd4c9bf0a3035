from datetime import UTC

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import (
    AbstractCategory,
    AbstractProduct,
    AbstractProductAttribute,
)

from marketplace.db.fields import PublicIdField
from marketplace.shop.tax.models import TaxClass


class Product(AbstractProduct):
    """What is sold; sellers' offers hang on it as stock records.

    `facts` maps attribute codes to values (text, number, boolean, option code); Oscar's
    value table stays empty. `is_public` is true once the moderation approved it.
    `change` is what its seller wants it to say instead, until somebody has looked.
    `choice` is what tells a variant from its siblings, a part of its facts, and
    `group_code` what its maker's sheets call a product that has variants.
    No page looks for products by their facts here, so no index does: filters and words
    are read from the search's documents.
    """

    class Review(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    public_id = PublicIdField(prefix="prd")
    facts = models.JSONField(default=dict, blank=True)
    brand = models.CharField(max_length=120, blank=True, db_index=True)
    tax_class = models.CharField(
        max_length=10, choices=TaxClass.choices, default=TaxClass.STANDARD
    )
    review_state = models.CharField(
        max_length=10, choices=Review.choices, default=Review.APPROVED, db_index=True
    )
    review_reason = models.TextField(blank=True)
    submitted_by = models.ForeignKey(
        "partner.Partner",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="submitted_products",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    change = models.JSONField(null=True, blank=True, editable=False)
    choice = models.JSONField(null=True, blank=True, editable=False)
    group_code = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    review_count = models.PositiveIntegerField(default=0)

    @property
    def waits_for_a_look(self) -> bool:
        """Say whether a moderator has it, or a change of it, before them."""
        return self.review_state == self.Review.IN_REVIEW or self.change is not None

    @property
    def version(self) -> str:
        """What changes whenever its seller sends a moderator other words."""
        sent = self.submitted_at
        return "" if sent is None else sent.astimezone(UTC).isoformat()

    def get_absolute_url(self) -> str:
        """Return `/p/<slug>-<id>`; the slug is decoration."""
        return reverse(
            "product", kwargs={"slug": self.slug, "public_id": self.public_id}
        )

    class Meta(AbstractProduct.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_public=False) | models.Q(review_state="approved"),
                name="public_means_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(change__isnull=True)
                | models.Q(review_state="approved"),
                name="change_of_what_is_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(choice__isnull=True)
                | models.Q(parent__isnull=False),
                name="choice_of_a_variant",
            ),
            models.UniqueConstraint(
                fields=["parent", "choice"],
                condition=models.Q(choice__isnull=False),
                name="each_choice_once",
            ),
            models.UniqueConstraint(
                fields=["submitted_by", "group_code"],
                condition=~models.Q(group_code=""),
                name="a_group_code_names_one_product",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                name="product_change_waits",
                condition=models.Q(change__isnull=False),
            ),
        ]


class ProductIdentifier(models.Model):
    """An EAN, a maker's number: what a seller types to find the product."""

    class Kind(models.TextChoices):
        EAN = "ean", "EAN"
        MPN = "mpn", _("Maker's number")

    # `identifier_once` begins with the product: no index of its own.
    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.CASCADE,
        related_name="identifiers",
        db_index=False,
    )
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.EAN)
    value = models.CharField(max_length=60)

    class Meta:
        app_label = "catalogue"
        constraints = [
            models.UniqueConstraint(
                fields=["value"],
                condition=models.Q(kind="ean"),
                name="an_ean_names_one_product",
            ),
            models.UniqueConstraint(
                fields=["product", "kind", "value"], name="identifier_once"
            ),
        ]
        indexes = [models.Index(fields=["value"], name="identifier_value")]

    def __str__(self) -> str:
        return self.value


class Category(AbstractCategory):
    """A shelf. `full_slug`, the address below /c/, is kept by what moves it."""

    public_id = PublicIdField(prefix="cat")
    full_slug = models.CharField(max_length=500, db_index=True, blank=True)
    picture = models.FileField(upload_to="categories/", blank=True)

    def get_absolute_url(self) -> str:
        """Return `/c/<path>`."""
        return reverse("category", kwargs={"path": self.full_slug})

    class Meta(AbstractCategory.Meta):
        abstract = False


class TextInLanguage(models.Model):
    """What is told of something in another language; of each language one row."""

    language = models.CharField(max_length=8)
    description = models.TextField(blank=True)

    class Meta:
        abstract = True
        app_label = "catalogue"


class ProductText(TextInLanguage):
    """What a product is called, and what is told of it, in another language."""

    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.CASCADE,
        related_name="texts",
        db_index=False,
    )
    title = models.CharField(max_length=255)

    class Meta(TextInLanguage.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product", "language"], name="product_said_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(title=""), name="product_text_has_a_title"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"


class CategoryText(TextInLanguage):
    """What a shelf is called in another language."""

    category = models.ForeignKey(
        "catalogue.Category",
        on_delete=models.CASCADE,
        related_name="texts",
        db_index=False,
    )
    name = models.CharField(max_length=255)

    class Meta(TextInLanguage.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["category", "language"], name="category_said_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="category_text_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.name}"


class CategoryGuide(models.Model):
    """What stands at the foot of a shelf in one language: how to choose there.

    `text` is plain: paragraphs with an empty line between them, and a heading wherever
    one begins with `# `.
    """

    category = models.ForeignKey(
        "catalogue.Category",
        on_delete=models.CASCADE,
        related_name="guides",
        db_index=False,
    )
    language = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        app_label = "catalogue"
        constraints = [
            models.UniqueConstraint(
                fields=["category", "language"], name="category_guided_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""), name="category_guide_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.text[:60]}"


class FactText(models.Model):
    """What an attribute, one of its values or a unit is called in another language.

    Attributes of one `code` are called the same whatever kind of product has them. An
    empty `value` stands for the attribute itself; an empty `code` for a unit, which is
    the `value`.
    """

    language = models.CharField(max_length=8)
    code = models.CharField(max_length=128, blank=True)
    value = models.CharField(max_length=255, blank=True)
    said = models.CharField(max_length=255)

    class Meta:
        app_label = "catalogue"
        constraints = [
            models.UniqueConstraint(
                fields=["language", "code", "value"], name="fact_said_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(said=""), name="fact_text_says_something"
            ),
            models.CheckConstraint(
                condition=~models.Q(code="", value=""), name="fact_text_is_of_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.said}"


class ProductAttribute(AbstractProductAttribute):
    """A typed definition; the value stands in `Product.facts` under `code`."""

    unit = models.CharField(max_length=20, blank=True)
    is_facet = models.BooleanField(default=False)

    class Meta(AbstractProductAttribute.Meta):
        abstract = False


# Oscar's other models, after ours have taken their names.
from oscar.apps.catalogue.models import (  # noqa: E402 (Oscar's fork idiom)
    AttributeOption,
    AttributeOptionGroup,
    Option,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
    ProductImage,
    ProductRecommendation,
)
