"""The claims of the founding article in words, each a sentence to be translated.

The sentences are ours and say what the article says; its own words are in the article.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stroma.texts import Text, text

SENTENCES: Final[Mapping[str, Text]] = {
    "S001": text("MSC can be isolated from many tissues, and their biology depends on the source"),
    "S002": text("MSC of bone marrow are the most studied and the most widely used"),
    "S003": text("The use of MSC of bone marrow is limited by invasive collection"),
    "S004": text("The use of MSC of bone marrow is limited by a low yield of cells"),
    "S005": text("The regenerative potential of MSC of bone marrow declines with the donor's age"),
    "S006": text("Placentas are highly available"),
    "S007": text("A placenta gives large numbers of cells"),
    "S008": text("Placental MSC have low immunogenicity"),
    "S009": text(
        "MSC are somatic stem cells that renew themselves, give bone, cartilage and fat, and "
        "modulate immunity"
    ),
    "S010": text(
        "MSC can be isolated from bone marrow, adipose tissue, umbilical cord, cord blood, "
        "placenta and other tissues"
    ),
    "S011": text(
        "MSC were first identified in marrow, as stromal cells that support blood formation"
    ),
    "S012": text("MSC modulate inflammation by contact and by soluble signals"),
    "S013": text("MSC secrete growth factors and migrate to injury"),
    "S014": text("MSC of bone marrow are the most studied for suppression of immunity"),
    "S015": text(
        "MSC of bone marrow are used in autoimmune disease and in graft-versus-host disease"
    ),
    "S016": text("MSC of bone marrow are used to strengthen therapy of tumours"),
    "S017": text("Donors of marrow undergo a painful aspiration of the iliac crest"),
    "S018": text("The yield of MSC from bone marrow is 0.001 to 0.01 %"),
    "S019": text("The number of stem cells of bone marrow falls markedly with age"),
    "S020": text("Placental MSC are easy to obtain and abundant"),
    "S021": text("Placental MSC carry the ISCT set of markers"),
    "S022": text("Placental MSC bind UEA-1 and MSC of bone marrow do not"),
    "S023": text("Placental MSC are a more accessible alternative"),
    "S024": text(
        "PubMed/MEDLINE, Scopus, Web of Science, the Cochrane Library and Google Scholar were "
        "searched"
    ),
    "S025": text("The query asked for adult MSC, bone marrow, placenta and therapy at once"),
    "S026": text("Original papers, trials and reviews in English, peer-reviewed, were included"),
    "S027": text(
        "Excluded were papers on other cells, on MSC of persons who are not adults or of embryos, "
        "and papers without free access"
    ),
    "S028": text("Friedenstein introduced MSC after birth as a concept in 1966"),
    "S029": text("Owen and Friedenstein described the heterogeneous stroma of marrow in 1988"),
    "S030": text("Caplan coined the name mesenchymal stem cells in 1991"),
    "S031": text("ISCT 2006: MSC adhere to plastic in standard culture"),
    "S032": text("ISCT 2006: MSC carry CD105, CD90 and CD73"),
    "S033": text("ISCT 2006: MSC lack CD45, CD34, CD14, CD11b, CD79a or CD19, and HLA-DR"),
    "S034": text("ISCT 2006: differentiation into three lineages is shown by staining"),
    "S035": text("Regenerative medicine transplants cells or uses them as carriers"),
    "S036": text(
        "Adipose tissue, bone marrow and umbilical cord are the three main sources of MSC"
    ),
    "S037": text(
        "Other sources of MSC are Wharton's jelly, endometrium, skin, placenta, synovium, muscle "
        "and dental pulp"
    ),
    "S038": text("Stem cells for therapy come from embryonic and from adult tissues"),
    "S039": text("Embryonic stem cells are limited by ethics, access and the formation of tumours"),
    "S040": text("MSC of different tissues share a similar secretome, of which the amounts vary"),
    "S041": text("The secretome depends on the conditions of culture"),
    "S042": text("Sources may differ by how sensitive the receptors of stress signals are"),
    "S043": text("Sources may differ by the rate at which cells make protein"),
    "S044": text("MSC act against inflammation, modulate immunity and support regeneration"),
    "S045": text("These effects underlie practical therapy"),
    "S046": text("Human MSC were tried in animal models of disease"),
    "S047": text("MSC of bone marrow are the most used in research"),
    "S048": text("MSC of bone marrow differentiate into bone, cartilage and fat"),
    "S049": text(
        "MSC of bone marrow carry less risk of teratoma than embryonic and induced pluripotent "
        "stem cells"
    ),
    "S050": text("The number of cells that an adult tissue gives is limited"),
    "S051": text("Cells of adult tissues grow and differentiate little once they are taken out"),
    "S052": text(
        "A placenta gives more cells than bone marrow and adipose tissue, from which fewer cells "
        "come as donors grow older"
    ),
    "S053": text("Placental MSC meet the marker criteria of the ISCT"),
    "S054": text("The placenta is medical waste and raises no ethical problem"),
    "S055": text("Placental MSC are obtained without an invasive procedure"),
    "S056": text("The placenta is an organ that immunity spares"),
    "S057": text("Placental cells show low immunogenicity in vitro and after transplantation"),
    "S058": text("Placental cells differentiate with great versatility"),
    "S059": text("The regenerative action of MSC is largely that of what they secrete"),
    "S060": text("Placental cells modulate immunity better than others, as the fetus is tolerated"),
    "S061": text("Fetal cells of the placenta express less HLA"),
    "S062": text("Placental cells lack HLA class II"),
    "S063": text("Placental cells express little classical HLA class I"),
    "S064": text("Placental cells express HLA-G"),
    "S065": text(
        "Hormones, cytokines and soluble HLA of the placenta turn the mother's immunity to "
        "tolerance"
    ),
    "S066": text("The mother's innate immune cells become suppressive"),
    "S067": text("The mother's B cells and many T cells disappear, and regulatory T cells remain"),
    "S068": text("The placenta is rich in blood-forming stem cells"),
    "S069": text(
        "Placental MSC may be more effective and safer, being younger and less exposed to oxygen "
        "radicals"
    ),
    "S070": text(
        "Placental MSC grow little in culture, as their telomerase is low, and are therefore safe"
    ),
    "S071": text("MSC of all sources renew themselves, are multipotent and modulate immunity"),
    "S072": text("Functional properties and uses differ greatly by tissue"),
    "S073": text("MSC of bone marrow are the most studied, having the longest history"),
    "S074": text("Bone marrow: invasive collection and a limited yield"),
    "S075": text("The placenta is accessible and ethically acceptable"),
    "S076": text("Placental MSC grow fast"),
    "S077": text("In conclusion: placental MSC have low immunogenicity"),
    "S078": text("Placental MSC regulate immunity strongly"),
    "S079": text("Placental MSC are biologically younger"),
    "S080": text("Placental MSC are a promising alternative, and more data are needed"),
    "S081": text("A funding programme pays for a cell product for chronic diseases"),
}
"""The sentence of every claim, by its key."""
