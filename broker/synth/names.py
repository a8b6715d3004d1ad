"""Names as they are spread in England: a few surnames for very many people, forenames that give away a decade.

Decides which names the synthetic county draws. The lists are our own selection of names everybody knows, in rough
order of frequency; weights fall with rank (Zipf), so that linkage meets many a Smith and the odd
Featherstonehaugh. Not a statistic of anything.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from random import Random

_SURNAMES = """
Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright Walker
White Edwards Hughes Green Hall Lewis Harris Clarke Patel Jackson Wood Turner Martin Cooper Hill Ward Morris
Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young
Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Richards Khan
Marshall Anderson Simpson Ellis Adams Singh Begum Wilkinson Foster Chapman Powell Webb Rogers Gray Mason Ali
Hunt Hussain Campbell Matthews Owen Palmer Holmes Mills Barnes Knight Lloyd Butler Russell Barker Fisher
Stevens Jenkins Murray Dixon Harvey Pearson Graham Fletcher Ahmed Walsh Kaur Gibson Howard Andrews Stewart
Elliott Reynolds Saunders Payne Fox Ford Pearce Day Brooks West Lawrence Cole Atkinson Bradley Spencer Gill
Dawson Watts Burton Ball Rose Booth Perry Wells Grant Armstrong Lowe Francis Carr Hart Dean Hudson Barrett
Sharp Gardner Newman Lane Hayes Hunter Oliver Stone Berry Gordon Nicholson Webster Fraser Cunningham Arnold
Bird Porter Jordan Hamilton Johnston Hopkins O'Brien O'Neill O'Connor O'Sullivan O'Reilly D'Souza D'Arcy
McDonald McCarthy Macdonald McKenzie MacLeod Fitzgerald Kowalski Nowak Wisniewski Lewandowska Zielinska
Popescu Ionescu Dumitru Petrov Georgieva Silva Santos Ferreira Fernandes Okafor Adeyemi Okonkwo Mensah Boateng
Owusu Asante Nkosi Abdi Mohamed Hassan Ibrahim Osman Rahman Islam Chowdhury Miah Uddin Akhtar Malik Iqbal
Sharma Shah Desai Mistry Nair Fernando Perera Nguyen Tran Chen Wong Lam Chan Kim Yilmaz Demir Costa Rossi
Müller García Lefèvre Björk Abbott Aldous Alderton Appleby Ashby Attwood Ayres Baldwin Bartlett Beckett
Bickers Birch Blackwell Bloomfield Bond Bowers Bragg Brewster Bright Bristow Brooker Bull Burgess Byrne Cable
Cant Catchpole Challis Chaplin Church Clayden Clements Coates Coe Coleman Coote Cottis Cracknell Crisp Cross
Dace Daines Daniels Deal Digby Dorrington Dowsett Drake Dunn Eagle Eaton Eley English Everitt Farrow Felstead
Finch Flack Folkard French Frost Fuller Gage Garrod Gentry Goodchild Goody Gooch Gowers Hockley Humphreys
Hurrell Ketley Kemp Lodge Lufkin Mead Metson Nevard Orrin Osborne Pamplin Pavitt Peacock Pentney Pettitt Pluck
Prentice Quilter Raven Rayner Ridgewell Rolfe Root Saggers Sach Savill Scarlett Seabrook Shelley Smee Snell
Sorrell Sparrow Springett Stock Suckling Tabor Theobald Thorogood Tiffin Totman Turpin Tyler Unwin Wade Wager
Warren Wakelin Westrop Whybrow Wicks Willsher Wiseman Wray Yeldham Featherstonehaugh
"""
SURNAMES: tuple[str, ...] = tuple(_SURNAMES.split())
"""In rough order of frequency: all over England, then from everywhere, then the Essex and Suffolk names."""

_SURNAME_WEIGHTS = tuple(accumulate(1000 / (rank + 12) for rank in range(len(SURNAMES))))

_FEMALE = {
    1940: "Margaret Jean Mary Patricia Sheila Barbara Joan Dorothy Maureen Shirley Ann Brenda Pamela Sylvia "
    "Doreen Joyce",
    1950: "Susan Christine Linda Margaret Carol Janet Patricia Jennifer Ann Sandra Gillian Pauline Kathleen "
    "Valerie Jean",
    1960: "Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Diane Sharon Tracy Angela Alison Elaine "
    "Lorraine Mandy",
    1970: "Sarah Claire Nicola Emma Lisa Joanne Michelle Helen Samantha Karen Amanda Rachel Louise Julie Kerry "
    "Zoe Tina",
    1980: "Sarah Laura Gemma Emma Rebecca Claire Victoria Samantha Rachel Amy Jennifer Nicola Katie Lisa Kelly "
    "Natalie Hayley Kirsty Stacey Leanne Fatima Priya Agnieszka Siobhán",
    1990: "Rebecca Lauren Jessica Charlotte Hannah Sophie Amy Emily Laura Emma Chloe Sarah Lucy Katie Bethany "
    "Jade Danielle Gemma Kayleigh Aisha Shanice Magdalena Oluwaseun Siân",
    2000: "Chloe Emily Megan Charlotte Jessica Lauren Sophie Olivia Hannah Lucy Georgia Rebecca Bethany Amy "
    "Ellie Katie Emma Abigail Molly Grace Courtney Shannon Paige Zainab",
    2010: "Olivia Ruby Emily Sophie Chloe Jessica Grace Lily Amelia Evie Mia Ava Ella Charlotte Isabella Lucy "
    "Isla Daisy Freya Poppy Scarlett Maisie Aaliyah Maryam Zofia Anne-Marie",
    2020: "Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna "
    "Poppy Elsie Evelyn Maeve Hallie Aurora Fatima Aria Lyra Mary-Jane",
}
_MALE = {
    1940: "John David Michael Peter Robert Anthony Brian Alan William James Kenneth Ronald Roy Raymond Derek "
    "Terence",
    1950: "David John Stephen Michael Peter Robert Paul Alan Christopher Richard Anthony Keith Ian Graham Barry "
    "Roger",
    1960: "David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Peter Simon Anthony Kevin "
    "Gary",
    1970: "Paul Mark David Andrew Richard Christopher James Simon Michael Matthew Stephen Lee John Robert "
    "Darren Jason",
    1980: "Christopher James David Daniel Michael Matthew Andrew Richard Paul Mark Thomas Adam Robert John Lee "
    "Benjamin Steven Jonathan Craig Wayne Mohammed Tomasz Seán Imran",
    1990: "Thomas James Jack Daniel Matthew Ryan Joshua Luke Samuel Jordan Adam Alexander Benjamin Joseph Liam "
    "Jake William Andrew Connor Kieran Mohammed Kyle Chidi Piotr",
    2000: "Jack Thomas James Joshua Daniel Harry Samuel Joseph Matthew Callum Luke William Lewis Oliver Ryan "
    "Benjamin George Liam Jordan Adam Alexander Mohammed Jake Owen",
    2010: "Oliver Jack Harry Alfie Charlie Thomas William Joshua George James Daniel Jacob Ethan Mohammed Riley "
    "Noah Archie Logan Dylan Tyler Jayden Kian Muhammad Jean-Paul",
    2020: "Noah Oliver George Arthur Muhammad Leo Harry Oscar Archie Henry Theodore Freddie Jack Charlie Theo "
    "Alfie Jacob Thomas Finley Arlo Roman Luca Reuben Zayn",
}
FORENAMES: dict[str, dict[int, tuple[str, ...]]] = {
    "female": {decade: tuple(names.split()) for decade, names in _FEMALE.items()},
    "male": {decade: tuple(names.split()) for decade, names in _MALE.items()},
}
"""By sex and the decade of birth's first year, in rough order of frequency."""

SHORT_FORMS = {
    "Christopher": "Chris",
    "Michael": "Mike",
    "Daniel": "Dan",
    "Matthew": "Matt",
    "Thomas": "Tom",
    "Joshua": "Josh",
    "Samuel": "Sam",
    "Benjamin": "Ben",
    "William": "Billy",
    "Rebecca": "Becky",
    "Samantha": "Sam",
    "Victoria": "Vicky",
    "Jessica": "Jess",
    "Charlotte": "Charlie",
    "Margaret": "Maggie",
    "Susan": "Sue",
    "Katie": "Kate",
    "Isabella": "Bella",
    "Oliver": "Ollie",
    "Archie": "Arch",
}
"""What some system somewhere will have instead of the name on the birth certificate."""


def draw_surname(rng: Random) -> str:
    """A surname, the frequent ones often."""
    return rng.choices(SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]


def draw_forename(rng: Random, sex: str, born_on: date, taken: frozenset[str] = frozenset()) -> str:
    """A forename of the decade, none of those `taken` in the family."""
    names = FORENAMES[sex][min(2020, max(1940, born_on.year // 10 * 10))]
    free = [name for name in names if name not in taken]
    return rng.choices(free, [1 / (rank + 4) for rank in range(len(free))])[0]
