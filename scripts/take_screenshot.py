"""Take the picture of the report that the README shows; needs a browser."""

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, SCALE = 1280, 1000, 1.5
browser = shutil.which(os.environ.get("CHROMIUM", "chromium"))
if not browser:
    sys.exit("no browser: install one (Debian: apt install chromium) or set CHROMIUM to its path")

with sync_playwright() as playwright:
    opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
    size = {"width": WIDTH, "height": HEIGHT}
    page = opened.new_page(viewport=size, device_scale_factor=SCALE, color_scheme="light")
    page.goto(Path("results/report.html").resolve().as_uri())
    with Image.open(BytesIO(page.screenshot())) as picture:
        few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save("docs/report.png", optimize=True)
    opened.close()
