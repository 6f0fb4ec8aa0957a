"""The live board's websocket, as plain asyncio beside the pages (docs/board-protocol.md)."""
