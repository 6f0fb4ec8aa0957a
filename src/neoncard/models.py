"""Every room's tables, in loop order, so that Django finds them in one place."""

from neoncard.care.tables import *
from neoncard.chat.tables import *
from neoncard.connectors.tables import *
from neoncard.design.board.tables import *
from neoncard.design.tables import *
from neoncard.do.drive.tables import *
from neoncard.do.tables import *
from neoncard.encounters.tables import *
from neoncard.kindness.tables import *
from neoncard.kit.audit.tables import *
from neoncard.kit.jobs.tables import *
from neoncard.kit.limits.tables import *
from neoncard.learn.tables import *
from neoncard.notice.tables import *
from neoncard.pass_on.tables import *
from neoncard.people.tables import *
from neoncard.share.tables import *
from neoncard.share.voices.tables import *
from neoncard.thank.tables import *
