from django.http import HttpResponse
from django.urls import path


def hello(request):
    name = request.user.username
    words = "x" * 200
    return HttpResponse(f"<!doctype html><title>Hello</title><p>Hello {name}.</p><p>{words}</p>")


urlpatterns = [path("", hello)]
