"""A Document's metadata go in; the XMP packet and the information dictionary of its PDF come out.

The packet names both standards that the file keeps: PDF/A-3a (ISO 19005-3) and PDF/UA-1
(ISO 14289-1). PDF/A knows no property of PDF/UA, so the packet brings its definition along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from pipeline.document import Document

CREATOR = "Briefing Pipeline"


def packet(document: Document, producer: str) -> bytes:
    """The XMP packet. `producer` is the program that set the pages."""
    properties = "\n".join(_properties(document, producer))
    return _PACKET.format(properties=properties).encode()


def information(document: Document, producer: str) -> Mapping[str, str]:
    """The entries of the information dictionary: word for word what the packet says."""
    said, date = document.metadata, "D:" + document.metadata.issued.replace("-", "")
    entries = {
        "Title": document.title,
        "Author": ", ".join(said.authors),
        "Subject": said.description,
        "Keywords": ", ".join(said.keywords),
        "Creator": CREATOR,
        "Producer": producer,
        "CreationDate": date,
        "ModDate": date,
    }
    return {name: value for name, value in entries.items() if value}


def _properties(document: Document, producer: str) -> Iterator[str]:
    said = document.metadata
    yield from _plain("dc:format", "application/pdf")
    yield from _plain("dc:identifier", said.identifier)
    yield from _alternatives("dc:title", document.title)
    yield from _alternatives("dc:description", said.description)
    yield from _alternatives("dc:rights", said.license)
    yield from _several("dc:creator", "Seq", said.authors)
    yield from _several("dc:date", "Seq", [said.issued])
    yield from _several("dc:publisher", "Bag", [said.publisher])
    yield from _several("dc:language", "Bag", [document.language])
    yield from _several("dc:subject", "Bag", said.keywords)
    yield from _plain("pdf:Keywords", ", ".join(said.keywords))
    yield from _plain("pdf:Producer", producer)
    yield from _plain("xmp:CreatorTool", CREATOR)
    yield from _plain("xmp:CreateDate", said.issued)
    yield from _plain("xmp:ModifyDate", said.issued)


def _plain(name: str, value: str) -> Iterator[str]:
    if value:
        yield f"   <{name}>{escape(value)}</{name}>"


def _alternatives(name: str, value: str) -> Iterator[str]:
    if value:
        item = f'<rdf:li xml:lang="x-default">{escape(value)}</rdf:li>'
        yield f"   <{name}><rdf:Alt>{item}</rdf:Alt></{name}>"


def _several(name: str, kind: str, values: Iterable[str]) -> Iterator[str]:
    items = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values if value)
    if items:
        yield f"   <{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


# ISO 19005-3, 6.6.2.3: what XMP does not define itself is defined in the packet.
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
{properties}
  </rdf:Description>
  <rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas>
    <rdf:Bag>
     <rdf:li rdf:parseType="Resource">
      <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
      <pdfaSchema:property>
       <rdf:Seq>
        <rdf:li rdf:parseType="Resource">
         <pdfaProperty:name>part</pdfaProperty:name>
         <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
         <pdfaProperty:category>internal</pdfaProperty:category>
         <pdfaProperty:description>Part of ISO 14289 to which the document \
conforms</pdfaProperty:description>
        </rdf:li>
       </rdf:Seq>
      </pdfaSchema:property>
     </rdf:li>
    </rdf:Bag>
   </pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
