"""Who may do what to whom: the roles, those who ask, and the one policy (handbook 6.8)."""

from opera_cases.domain.access.levels import AccessLevel as AccessLevel
from opera_cases.domain.access.principal import CLOCK as CLOCK
from opera_cases.domain.access.principal import CONSOLE as CONSOLE
from opera_cases.domain.access.principal import POLICY as POLICY
from opera_cases.domain.access.principal import Principal as Principal
from opera_cases.domain.access.roles import AT_A_DESK as AT_A_DESK
from opera_cases.domain.access.roles import AT_THEIR_DESKS as AT_THEIR_DESKS
from opera_cases.domain.access.roles import GIVEN as GIVEN
from opera_cases.domain.access.roles import GUARDIANS as GUARDIANS
from opera_cases.domain.access.roles import OPENERS as OPENERS
from opera_cases.domain.access.roles import PEOPLE as PEOPLE
from opera_cases.domain.access.roles import SUPERVISORS as SUPERVISORS
from opera_cases.domain.access.roles import UNRESTRICTED as UNRESTRICTED
from opera_cases.domain.access.roles import WITH_FILES as WITH_FILES
from opera_cases.domain.access.roles import WITH_THEIR_PEOPLE as WITH_THEIR_PEOPLE
