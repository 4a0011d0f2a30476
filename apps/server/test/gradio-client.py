"""What people do with Python's gradio_client, against the server at argv[1]; a line of JSON for each thing seen."""

import json
import sys
import time

from gradio_client import Client, handle_file

url, photograph, camera_json = sys.argv[1:]


def say(**seen):
    print(json.dumps(seen), flush=True)


client = Client(url, verbose=False)
info = client.view_api(print_info=False, return_format="dict")
say(endpoints=sorted(info["named_endpoints"]))

path, status = client.predict(
    handle_file(photograph), "a red house", camera_json, "4x64x96", api_name="/generate_scene"
)
with open(path, "rb") as file:
    say(predicted=status, begins=file.read(3).decode(), name=path.split("/")[-1])

path, status = client.predict(text_prompt="a red house", api_name="/generate_scene")
say(by_name=status)

job = client.submit(None, "wait 150", camera_json, "4x64x96", api_name="/generate_scene")
described = set()
while not job.done():
    for unit in job.status().progress_data or []:
        described.add(unit.desc)
    time.sleep(0.05)
say(progress=sorted(described), result=job.result()[1])

job = client.submit(None, "wait 60000", camera_json, "4x64x96", api_name="/generate_scene")
while not job.status().progress_data:
    time.sleep(0.05)
say(cancelled=job.cancel())

try:
    client.predict(None, "fail", "", "4x64x96", api_name="/generate_scene")
except Exception as error:
    say(failed=type(error).__name__, message=str(error))

request = {**json.loads(camera_json), "text_prompt": "a house", "image_prompt": "", "image_index": 0}
request["resolution"] = [4, 64, 96]
made = json.loads(client.predict(json.dumps(request), api_name="/gradio_generate"))
path = client.predict(made["file_id"], api_name="/download_file")
with open(path, "rb") as file:
    say(later=made["success"], bytes=len(file.read()) == made["file_size"])
client.predict(made["file_id"], api_name="/gradio_delete")
try:
    client.predict(made["file_id"], api_name="/download_file")
except Exception as error:
    say(gone=str(error))
