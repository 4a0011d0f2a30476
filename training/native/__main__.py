"""Builds what training needs: python -m native"""
from native import load

for part in ('raycast.cu', 'raster.cu', 'head.cu'):
    print(load(part, 'cuda'))
