"""The community assets register: buildings and land, who uses them, and on what terms."""
