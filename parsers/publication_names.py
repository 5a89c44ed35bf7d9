"""What the day of publication and the day of the last change are called in markup.

Names of fields are lower-case and without "-" and "_", which every site sets as it likes.
"""

from __future__ import annotations

_PLAIN = (
    "published publishedat publishedtime publishedon datepublished publisheddate publishdate"
    " publishtime publicationdate publicationtime pubdate postdate originalpublicationdate"
)
"""Names that say "day of publication" wherever they stand: in a meta element or a class."""
_PLAIN_METAS = (
    "article:published article.published article:postdate sailthru.date bt:pubdate"
    " parselypubdate rnews:datepublished cxenseparse:publishtime cxenseparse:recs:publishtime"
    " articledateoriginal articlepublishdate citationpublicationdate citationonlinedate"
    " dc.date.issued dcterms.issued dcterms.date.issued dc.issued displaydate ptime"
    " article:publishedtime og:article:publishedtime og:publishedtime"
    " shareaholic:articlepublishedtime"
)
_MAYBE_METAS = (
    "date dc.date dcterms.date dc.date.created dcterms.created dc.created created datecreated"
    " creationdate citationdate article:created og:article:createdtime releasedate"
    " date.created timestamp og:pubdate"
)
_MODIFIED_METAS = (
    "article:modifiedtime og:updatedtime og:article:modifiedtime article:modified"
    " modifiedtime datemodified dcterms.modified dc.date.modified dc.modified lastmodified"
    " lastmod lastupdated revised modified"
)
PUBLISHED_METAS = frozenset((*_PLAIN.split(), *_PLAIN_METAS.split()))
MAYBE_PUBLISHED_METAS = frozenset(_MAYBE_METAS.split())
"""Fields that say less: a day, or when something was made."""
MODIFIED_METAS = frozenset(_MODIFIED_METAS.split())

PUBLISHED_ITEMS = frozenset(("datePublished", "dateCreated"))
"""Microdata's names for the day of publication."""
DATE_ITEMS = PUBLISHED_ITEMS | {"dateModified"}

PUBLISHED_CLASSES = frozenset((*_PLAIN.split(), "publish", "publication", "posted"))
"""Words in the class names of an element that holds the day of publication."""
_DATE_CLASSES = (
    "dateline datetime timestamp date datum entrydate newsdate data postedon time fecha zeit"
    " meldungsdatum"
)
DATE_CLASSES = PUBLISHED_CLASSES | frozenset(_DATE_CLASSES.split())
_BYLINE_CLASSES = (
    "byline meta postmeta entrymeta author info details infos postinfo autor credits headline"
    " subtitle kicker submitted articleinfo articlemeta"
)
BYLINE_CLASSES = frozenset(_BYLINE_CLASSES.split())
_MODIFIED_CLASSES = "updated modified lastmod lastupdate dtreviewed changed update"
MODIFIED_CLASSES = frozenset(_MODIFIED_CLASSES.split())
_OTHER_CLASSES = (
    "event events calendar start end termin termine deadline copyright cal tribe birth expiry"
    " clock today currentdate now weather"
)
OTHER_CLASSES = frozenset(_OTHER_CLASSES.split())


def field_name(name: str) -> str:
    """A field's name as it stands in these lists.

    >>> field_name("publish-date")
    'publishdate'
    """
    return name.replace("-", "").replace("_", "")
