from django.urls import path

from annotations.consumers import AssetConsumer

websocket_urlpatterns = [path("ws/assets/<uuid:asset_id>", AssetConsumer.as_asgi())]
