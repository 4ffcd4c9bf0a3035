from vendors.models.announcements import Announcement, AnnouncementSeen
from vendors.models.answers import AnswerTemplate
from vendors.models.application_files import ApplicationFile
from vendors.models.fulfilment import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.models.imports import (
    ImportJob,
    ImportPlanRow,
    ImportRow,
    ImportShape,
    ImportUndo,
)
from vendors.models.likeness import Likeness
from vendors.models.notes import ShopNote
from vendors.models.office_answers import OfficeAnswer
from vendors.models.shop import Application, Member, Standing, Vendor
from vendors.models.team import Invitation
from vendors.models.token import ApiToken
from vendors.models.visits import VisitDay
from vendors.models.webhooks import (
    Webhook,
    WebhookDelivery,
    WebhookEvent,
    WebhookFault,
)

__all__ = [
    "Announcement",
    "AnnouncementSeen",
    "AnswerTemplate",
    "ApiToken",
    "Application",
    "ApplicationFile",
    "ImportJob",
    "ImportPlanRow",
    "ImportRow",
    "ImportShape",
    "ImportUndo",
    "Invitation",
    "Likeness",
    "Member",
    "OfficeAnswer",
    "Parcel",
    "ParcelLine",
    "ShopNote",
    "Standing",
    "Vendor",
    "VendorOrder",
    "VendorOrderLine",
    "VisitDay",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookFault",
]
