"""What machines read first: `datapackage.json` (Frictionless) and `dcat.jsonld` (DCAT-AP)."""

from __future__ import annotations

import json
from typing import Any

from feeds.publishing.inventory import File, Inventory
from feeds.publishing.tables import Column, Kind, Table, target_key
from feeds.views import moment

TITLES = {
    "en": "Business clusters and science and technology parks: news, events, labels, relations",
    "pl": "Klastry oraz parki naukowe i technologiczne: wiadomości, wydarzenia, certyfikaty, "
    "powiązania",
}
DESCRIPTIONS = {
    "en": "Read from the websites of clusters and parks. Every row carries the words it was read "
    "from and their address. What a page does not say is left empty.",
    "pl": "Odczytane z witryn klastrów i parków. Każdy wiersz podaje słowa, z których powstał, "
    "i ich adres. Czego strona nie mówi, to pozostaje puste.",
}
KEYWORDS = ("clusters", "technology parks", "news", "events", "certification")

_TYPES: dict[Kind, dict[str, str]] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "date": {"type": "date"},
    "moment": {"type": "datetime"},
    "texts": {"type": "array"},
    "array": {"type": "array"},
    "object": {"type": "object"},
}
_MEDIA = "http://www.iana.org/assignments/media-types/"
_THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def data_package(stock: Inventory) -> bytes:
    """The Frictionless data package, version 1."""
    told: dict[str, Any] = {
        "profile": "data-package",
        "name": "clusterfeed",
        "title": TITLES["en"],
        "description": DESCRIPTIONS["en"],
        "created": moment(stock.moment),
        "version": stock.moment.date().isoformat(),
        "keywords": list(KEYWORDS),
    }
    if stock.home:
        told["homepage"] = stock.home
    if stock.licence:
        told["licenses"] = [{"path": stock.licence}]
    if stock.publisher:
        told["contributors"] = [{"title": stock.publisher, "role": "publisher"}]
    told["sources_in_breach"] = [
        {
            "source": name,
            "status": standing.status,
            "kept_from": standing.kept_from,
            "reason": standing.status_reason,
        }
        for name, standing in stock.in_breach.items()
    ]
    told["resources"] = [_resource(file, stock) for file in stock.files]
    return _json(told)


def _resource(file: File, stock: Inventory) -> dict[str, Any]:
    tabular = file.table is not None and file.format in ("csv", "jsonl")
    told: dict[str, Any] = {
        "profile": "tabular-data-resource" if tabular else "data-resource",
        # Beyond version 1: tells newer readers not to look for a table in the rest.
        "type": "table" if tabular else "file",
        "name": file.name,
        "path": file.path,
        "title": file.title,
        "format": file.format,
        "mediatype": file.media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.table is not None:
        told["description"] = f"{file.table.words} Sorted {file.table.order}."
    if tabular:
        assert file.table is not None
        told["rows"] = stock.rows[file.table.name]
        told["encoding"] = "utf-8-sig" if file.form == ".spreadsheet.csv" else "utf-8"
        told["schema"] = _schema(file.table, whole=file.form == ".csv")
    return told


def _schema(table: Table, *, whole: bool) -> dict[str, Any]:
    """whole: with the keys to other tables, which only the plain CSV files name."""
    told: dict[str, Any] = {
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
        "primaryKey": [table.key],
    }
    if whole:
        told["foreignKeys"] = [
            {
                "fields": [column.name],
                "reference": {"resource": column.target, "fields": [target_key(column.target)]},
            }
            for column in table.columns
            if column.target
        ]
    return told


def _field(column: Column, table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, **_TYPES[column.kind]}
    if column.words:
        told["description"] = column.words
    if column.name == table.key:
        told["constraints"] = {"required": True, "unique": True}
    return told


def dcat(stock: Inventory) -> bytes:
    """The data set for open data portals: DCAT-AP 3 as JSON-LD. Addresses are relative where
    nobody said where it will be served."""
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": stock.home or "./",
        "@type": "dcat:Dataset",
        "dct:title": _in_languages(TITLES),
        "dct:description": _in_languages(DESCRIPTIONS),
        "dct:identifier": stock.home or "clusterfeed",
        "dct:modified": {"@type": "xsd:dateTime", "@value": moment(stock.moment)},
        "dcat:version": stock.moment.date().isoformat(),
        "dcat:keyword": [{"@language": "en", "@value": word} for word in KEYWORDS],
        "dcat:theme": [{"@id": f"{_THEMES}{theme}"} for theme in ("ECON", "TECH")],
    }
    if stock.publisher:
        told["dct:publisher"] = {"@type": "foaf:Agent", "foaf:name": stock.publisher}
    if stock.home:
        told["dcat:landingPage"] = {"@id": stock.home, "@type": "foaf:Document"}
    told["dcat:distribution"] = [_distribution(file, stock) for file in stock.files]
    return _json(told)


def _distribution(file: File, stock: Inventory) -> dict[str, Any]:
    address = {"@id": stock.home + file.path}
    told: dict[str, Any] = {
        "@type": "dcat:Distribution",
        "@id": f"{stock.home}#{file.name}",
        "dct:title": {"@language": "en", "@value": file.title},
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": _MEDIA + file.media_type},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "dct:modified": {"@type": "xsd:dateTime", "@value": moment(stock.moment)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }
    if stock.licence:
        told["dct:license"] = {"@id": stock.licence}
    return told


def _in_languages(texts: dict[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in texts.items()]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
