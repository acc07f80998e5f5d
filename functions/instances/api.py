"""The operations of this function, which the modules beside this one bind themselves to."""

from interactor.api.api import Api
from interactor.api.routes import files, history, instances

api = Api(*instances.ROUTES, *history.ROUTES, *files.ROUTES)
