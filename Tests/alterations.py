"""Pages that were tampered with."""

import base64
import gzip
import hashlib
import json
import re


def split_payload(html):
    """The page before, the header, the sections, and the page after the payload."""
    before, packed, after = re.fullmatch(
        r'(.*id="payload" data-sha256="\w*">)([^<]*)(</script>.*)', html, re.DOTALL).groups()
    data = gzip.decompress(base64.b64decode(packed))
    length = int.from_bytes(data[:4], "little")
    return before, json.loads(data[4 : 4 + length]), bytearray(data[4 + length :]), after


def joined_payload(before, header, sections, after, seal=True):
    """The page again; if it is to be sealed, with the check sum of its data put right."""
    head = json.dumps(header).encode()
    data = len(head).to_bytes(4, "little") + head + sections
    html = before + base64.b64encode(gzip.compress(bytes(data), 1)).decode() + after
    return with_sum(html, hashlib.sha256(data).hexdigest()) if seal else html


def with_sum(html, digest):
    """The page with this check sum of its data in both places."""
    html = re.sub(r'(id="payload" data-sha256=")\w*', rf"\g<1>{digest}", html)
    return re.sub(r'(id="payload-sha256">)\w*', rf"\g<1>{digest}", html)


def frame_sum(before, after):
    """The check sum of a page without its data."""
    return hashlib.sha256(with_sum(before + after, "").encode()).hexdigest()


def numbers_sum(html):
    """The check sum of the printed numbers."""
    numbers = re.findall(r'data-json="([^"]*)"[^>]*>([^<]*)', html)
    return hashlib.sha256("".join(f"{p}={t}\n" for p, t in numbers).encode()).hexdigest()


def forged(alter):
    """An alteration after which all check sums are put right."""

    def forge(html):
        before, header, sections, after = split_payload(alter(html))
        header["numbers"] = numbers_sum(before + after)
        header["frame"] = frame_sum(before, after)
        return joined_payload(before, header, sections, after)

    return forge


def altered_byte(html):
    place = html.index('id="payload" data') + 300_000
    return html[:place] + ("A" if html[place] != "A" else "B") + html[place + 1 :]


def altered_number(path):
    def alter(html):
        place = re.search(rf'data-json="{re.escape(path)}">[^<]*\d(?=\D*<)', html).end() - 1
        return html[:place] + str((int(html[place]) + 1) % 10) + html[place + 1 :]

    return alter


def altered_section(find, change, seal=True):
    """A page that is whole but for one byte of a section."""

    def alter(html):
        before, header, sections, after = split_payload(html)
        place = find(header)
        sections[place] = change(sections[place])
        return joined_payload(before, header, sections, after, seal)

    return alter


def highest_byte_of_weight(number):
    """The byte of a weight of the second model that changes it most: planes of low, high bytes."""
    return lambda header: lowest_byte_of_weight(
        number + header["models"][1]["weights"]["count"] // 2)(header)


def lowest_byte_of_weight(number):
    """The byte of a weight of the second model that changes it least."""
    return lambda header: header["models"][1]["weights"]["offset"] + number
