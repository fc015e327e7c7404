app_name = "sector"
urlpatterns = []
