"""Oscar's models, under the names our code imports."""

from oscar.apps.basket.models import Basket, Line, LineAttribute
