"""The peer as its documentation starts it: `python pycrdt_serve.py PORT`."""

import asyncio
import sys

import uvicorn
from pycrdt.websocket import ASGIServer, WebsocketServer


async def main() -> None:
    """Serve until ended."""
    websockets = WebsocketServer()
    app = ASGIServer(websockets)
    config = uvicorn.Config(app, port=int(sys.argv[1]), log_level="error", lifespan="off")
    async with websockets:
        await uvicorn.Server(config).serve()


asyncio.run(main())
