#!/usr/bin/env python3
"""Joins a room and says who comes and goes: examples/join.py http://localhost:8080 "Seventh evening" Ana
Needs websockets: apt install python3-websockets, or pip install websockets. docs/protocol.md explains the wire."""
import asyncio, contextlib, json, random, sys, websockets

async def stay(address, room, me):
    join, names, failures = {"type": "join", "version": 1, "room": room, "name": me}, {}, 0
    while True:
        pause = random.uniform(0, min(0.3 * (failures := failures + 1) ** 2, 7))
        try:
            async with websockets.connect(address.replace("http", "ws", 1) + "/ws", origin=address) as socket:
                await socket.send(json.dumps(join))
                while True:  # after 12 s without a word the socket is dead
                    match json.loads(await asyncio.wait_for(socket.recv(), 12)):
                        case {"type": "ping"}:
                            await socket.send('{"type":"pong"}')
                        case {"type": "joined", "you": you, "room": room, "resume": resume, "peers": peers}:
                            join["resume"], failures, pause = resume, 0, 0
                            names = {peer["peer"]: peer["name"] for peer in peers}
                            print(f"In {room} as {you}, with {', '.join(names.values()) or 'nobody else'}.")
                        case {"type": "peer_joined", "peer": peer, "name": name}:
                            names[peer] = name
                            print(f"{name} came.")
                        case {"type": "peer_away" | "peer_back" as kind, "peer": peer}:
                            print(f"{names[peer]} is {kind.removeprefix('peer_')}.")
                        case {"type": "peer_left", "peer": peer, "reason": reason}:
                            print(f"{names.pop(peer)} is gone: {reason}.")
                        case {"type": "going_away", "reconnect_within": within}:
                            print("The server goes away.")
                            pause = random.uniform(0, within / 1000)
                        case {"type": "error", "code": "resume_refused"} if failures:
                            join["resume"] = None  # the seat is no more: as somebody new
                        case {"type": "error", "code": code, "message": why} if failures or code == "resume_refused":
                            sys.exit(why)
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
            failures < 9 or sys.exit(f"Cannot join: {error}")
        await asyncio.sleep(pause)

with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(stay(*sys.argv[1:]))
