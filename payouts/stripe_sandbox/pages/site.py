from werkzeug.wrappers import Response


class Site:
    def __init__(self, world, api, deliverer): ...
    def answer(self, request):
        return Response("not yet", status=404)
