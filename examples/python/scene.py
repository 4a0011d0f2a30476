"""A scene by the Gradio API, with Python's standard library alone.

    python scene.py "a red house on grass" house.ply [--photograph photo.jpg] [--url http://localhost:7860]

`gradio_client` does the same in one line, `Client(url).predict(None, "a red house", "", "", api_name="/generate_scene")`.
A guarded server's token is taken from FLASHWORLD_TOKEN.
"""

import argparse
import json
import os
import pathlib
import shutil
import urllib.request
import uuid

TOKEN = os.environ.get("FLASHWORLD_TOKEN")


def call(url, body=None, content_type="application/json"):
    """The answer, an open file; body is bytes to be posted."""
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    if body is not None:
        headers["Content-Type"] = content_type
    return urllib.request.urlopen(urllib.request.Request(url, body, headers))


def upload(server, path):
    """Sends a photograph first, as Gradio's clients do. Gives what stands for it in a call."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="photograph"\r\n\r\n'
    body = head.encode() + pathlib.Path(path).read_bytes() + f"\r\n--{mark}--\r\n".encode()
    with call(f"{server}/gradio_api/upload", body, f"multipart/form-data; boundary={mark}") as answer:
        [there] = json.load(answer)
    return {"path": there, "meta": {"_type": "gradio.FileData"}}


def predict(server, name, *inputs):
    """Calls an endpoint and waits for its outputs, which come as a server-sent event."""
    endpoint = f"{server}/gradio_api/call/{name}"
    with call(endpoint, json.dumps({"data": inputs}).encode()) as answer:
        event_id = json.load(answer)["event_id"]
    with call(f"{endpoint}/{event_id}") as events:
        event = None
        for line in map(bytes.decode, events):
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                event = value
            elif field == "data" and event == "complete":
                return json.loads(value)
            elif field == "data" and event == "error":
                raise RuntimeError(value)
    raise RuntimeError("the connection broke before the scene was done")


def main():
    parser = argparse.ArgumentParser(description="Makes a scene by the Gradio API.")
    parser.add_argument("prompt")
    parser.add_argument("file", help="where the scene goes, a PLY")
    parser.add_argument("--photograph")
    parser.add_argument("--request", help="a file whose cameras and resolution are taken")
    parser.add_argument("--url", default="http://localhost:7860")
    args = parser.parse_args()

    photograph = upload(args.url, args.photograph) if args.photograph else None
    cameras = pathlib.Path(args.request).read_text() if args.request else ""
    size = "x".join(map(str, json.loads(cameras)["resolution"])) if cameras else ""
    scene, about = predict(args.url, "generate_scene", photograph, args.prompt, cameras, size)
    with call(scene["url"]) as answer, open(args.file, "wb") as file:
        shutil.copyfileobj(answer, file)
    print(f"{args.file}: {about}")


if __name__ == "__main__":
    main()
