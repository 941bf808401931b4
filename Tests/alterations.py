"""Pages whose data were altered."""

import base64
import gzip
import json
import re


def split_payload(html):
    """The page before, the header, the sections, and the page after the payload."""
    before, packed, after = re.fullmatch(
        r'(.*id="payload">)([^<]*)(</script>.*)', html, re.DOTALL).groups()
    data = gzip.decompress(base64.b64decode(packed))
    length = int.from_bytes(data[:4], "little")
    return before, json.loads(data[4 : 4 + length]), bytearray(data[4 + length :]), after


def joined_payload(before, header, sections, after):
    """The page again."""
    head = json.dumps(header).encode()
    data = len(head).to_bytes(4, "little") + head + sections
    return before + base64.b64encode(gzip.compress(bytes(data), 1)).decode() + after


def altered_byte(html):
    """One character of the packed data is another."""
    place = html.index('id="payload"') + 300_000
    return html[:place] + ("A" if html[place] != "A" else "B") + html[place + 1 :]


def altered_section(find, change):
    """A page that is whole but for one byte of a section, packed again."""

    def alter(html):
        before, header, sections, after = split_payload(html)
        place = find(header)
        sections[place] = change(sections[place])
        return joined_payload(before, header, sections, after)

    return alter


def highest_byte_of_weight(number):
    """The byte of a weight of the second model that changes it most: planes of low, high bytes."""

    def find(header):
        weights = header["models"][1]["weights"]
        return weights["offset"] + weights["count"] // 2 + number

    return find
