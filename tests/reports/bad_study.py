"""A study with one mistake of each kind, and what must be said of them."""

from __future__ import annotations

SHEETS = {
    "settings": """
        form_title,form_id,version,default_language,sponsor,mode,electoral_scope,data_kind,population::Français (fr)
        Une étude,Petite Étude,1,Deutsch (de),Un commanditaire,online,peut-être,fausses,Adultes
    """,
    "survey": """
        type,name,label::Français (fr),label::English (en),hint::Français (fr),required,relevant,calculation,appearance,parameters,constraint,ends_if,ends_as,dont_know,sensitive
        begin_group,accueil,Bienvenue,Welcome,,,,,field-list,,,,,,
        select_one accord,consentement,Acceptez-vous ?,Do you agree?,,,,,consent,,,. = 'nein',refused,,
        end_group,,,,,,,,,,,,,,
        begin_group,profil,Vous,You,,,,,field-list,,,,,,
        select_one sexe,sex,Vous êtes…,,Indice,yes,,,,,,,,,
        integer,years,Votre âge ?,Your age?,,yes,,,,,. >= 0 and,. < 18,late,99,
        calculate,age,,,,,,"if(${years} < 40, 'jeune', 'ancien')",,list=age,,,,,
        select_one nulle,1er,Lequel ?,Which?,,maybe,,,,randomize=yes,,,,,often
        geopoint,sex,Combien ?,How many?,,,,,,,,,,,
        end_group,,,,,,,,,,,,,,
        begin_group,usages,Vos usages,Your use,,,,,field-list,,,,,,
        select_multiple outils,q1,Qu’utilisez-vous ?,What do you use?,,yes,,,,,,,,NSP,yes
        note,mot,Un mot,A word,,,${q9} = '1',,,,,${q1} = '1',screened_out,,
        text,q2__dk,Pourquoi ?,Why?,,,${plus_tard} = '1',,,,,,,,
        text,q3,Et alors ?,So what?,,,${q4} = '1',,,,,,,,
        text,q4,Et puis ?,And then?,,,selected(. ‘x’),,,,,,,,
        text,q5,Avant quoi ?,Before what?,,,${q6} = 'oui',,,,,,,,
        text,q6,Après quoi ?,After what?,,,${q5} = 'oui',,,,,,,,
        end_group,,,,,,,,,,,,,,
        begin_group,avis,Votre avis,Your view,,,${q3} = '' and . = '1',,field-list,,,,,,
        end_group,,,,,,,,,,,,,,
        text,plus_tard,Plus tard ?,Later?,,,,,,,,,,,
        calculate,vide,,,,,,,,list=rien,,,,,
        end_group,,,,,,,,,,,,,,
    """,
    "choices": """
        list_name,name,label::Français (fr),label::English (en),code,flags
        accord,oui,Oui,Yes,,
        accord,non,Non,No,,
        sexe,H,Un homme,A man,1,
        sexe,F,Une femme,A woman,1,
        sexe,H,Encore un homme,Another man,40000,
        age,jeune,Moins de 40 ans,Under 40,1,
        age,vieux,40 ans et plus,40 and over,-2,best
        outils,un site,Un site,A site,,
        outils,autre,Autre,Other,,other
        ,seul,Seul,Alone,,
    """,
    "bases": """
        code,subject::Français (fr),subject::English (en),base_line::Français (fr),base_line::English (en),condition
        all,des personnes interrogées,of respondents,Ensemble,All respondents,
        all,des mêmes,of the same,Les mêmes,The same,${sex} = 'Z'
        users,des utilisateurs,of users,,Users,. = '1'
    """,
    "waves": """
        code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting,institute
        v1,Vague 1,Wave 1,own,2026-01-09,2026-01-05,Europe/Lutèce,100,90,2,sex age q1,
        v1,Vague 1,,hers,2026-13-05,bientôt,,many,,,,
        avant,Avant,Before,external,2020-07-17,2020-07-30,,,,,,
        été,Été,Summer,external,2020-07-17,2020-07-30,,,,,,Un institut
    """,
    "margins": """
        wave,variable,category,percent,source
        v1,sex,H,60,Insee
        v1,sex,F,50,
        v1,sex,Z,-1,Insee
        v9,age,jeune,100,Insee
        v1,sex,H,0,Insee
    """,
    "quotas": """
        wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only
        avant,sex,sex,souple,150,un,Z
        v1,total,q1,hard,0,0,
        v1,two,sex age,hard,0,0,
    """,
    "figures": """
        code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with
        satisfied,F1,sont satisfaits,,${q3} = '1',nobody,no,v0
        no reason,F2,ne disent rien,say nothing,not(${q3} = '1'),all,,
        why,F3,disent pourquoi,say why,${q3} = '1',all,,
    """,
    "nets": """
        list_name,name,choices
        sexe,tous,H F Z
        rien,vide,H
    """,
    "banners": """
        banner,column,condition
        sexe,H,
        sexe,F,${sex} > > 'F'
    """,
    "benchmarks": """
        code,figure,percent,population_differs,says::Français (fr),says::English (en)
        real,reality,abc,perhaps,le font,do
    """,
    "external_figures": """
        wave,figure,percent,n
        v1,why,70,0
    """,
    "note": """
        position,kind,figure,text_fr,text_en
        1,title,,Un titre,
        1,poem,,Des vers,Some verse
        x,item,nothing,,
    """,
    "themes": """
        code
        health
    """,
}  # fmt: skip

MISTAKES = """
banners:2:condition: This cell must be filled in.
banners:3:condition: At character 10: found “>” where this was expected: a question ${name}, a text in quotation marks, a number or a function such as selected()
bases:2:condition: “Z” is not a choice of sex; its choices are: H, F.
bases:3:code: A base needs a code of its own.
bases:4:base_line::Français (fr): The text is missing in this language.
bases:4:condition: A dot is the current answer, and there is none here: name the question, as in ${name}.
benchmarks:2:figure: “reality” is not a figure of the figures sheet.
benchmarks:2:percent: Write a percentage from 0 to 100 with at most four decimals.
benchmarks:2:population_differs: Write yes, no or nothing.
choices:5:code: Code 1 is taken by another choice of this list.
choices:6:code: A code is a whole number from 0 to 32767.
choices:6:name: “H” stands twice in this list.
choices:8:code: A code is a whole number from 0 to 32767.
choices:8:flags: “best” is not a flag; known: anchored, dont_know, exclusive, other, outside_quota, refused.
choices:9:name: A choice needs a name of 1 to 64 characters without blank or quotation mark.
choices:11:list_name: This cell must be filled in.
external_figures:2:wave: “v1” is not an external wave of the waves sheet.
external_figures:2:n: Write the number of people interviewed.
figures:2:says::English (en): The text is missing in this language.
figures:2:base: “nobody” is not a base of the bases sheet.
figures:2:not_asked: Write counts_as_no or nothing.
figures:2:compare_with: “v0” is not a wave of the waves sheet.
figures:3:code: Use letters without accent, digits, - and _ only: it is part of an address.
figures:3:selection: It also selects people who were not asked q3: write the answers that it selects.
figures:4:not_asked: The base holds people not asked q3 (asked when ${q4} = '1'): write counts_as_no, or choose the base of those asked.
margins:percent: The shares of sex in wave v1 add up to 110, not to 100.
margins:3:source: This cell must be filled in.
margins:4:category: “Z” is not a choice of sex.
margins:4:percent: Write a percentage from 0 to 100 with at most four decimals.
margins:5:wave: “v9” is not a wave of the waves sheet.
margins:6:category: The same wave + variable + category stands above.
nets:2:choices: “Z” is not a choice of the list sexe.
nets:3:list_name: List “rien” is not in the choices sheet.
note:2:text_en: The text is missing in this language.
note:3:position: The same position stands above.
note:3:kind: Write one of: title, heading, lead, item, sentence, join, among, benchmark, commentary.
note:4:position: Write a whole number without sign.
note:4:figure: “nothing” is not a figure of the figures sheet.
quotas:2:wave: “avant” is not a wave asked here.
quotas:2:kind: Write hard or soft.
quotas:2:tolerance_percent: Write a percentage from 0 to 100 with at most four decimals.
quotas:2:tolerance_min: Write a whole number without sign.
quotas:2:variables: sex = H has no share in the margins sheet: add it, or flag the choice outside_quota.
quotas:2:variables: sex = F has no share in the margins sheet: add it, or flag the choice outside_quota.
quotas:2:minimum_only: “Z” is not a choice of sex.
quotas:3:name: “total” is the wave's own ceiling: choose another name.
quotas:3:variables: “q1” is not a single question nor a calculation with a list of choices.
quotas:4:variables: Nothing says how many people each combination of sex age should have: write the shares of “sex age” in the sheet margins, or the cells in the sheet quota_cells.
settings:2:form_id: Use small letters, digits and hyphens only: it is the study's address.
settings:2:electoral_scope: Write one of: yes, no, undecided.
settings:2:data_kind: Leave it empty, or write “demonstration” for invented answers.
settings:2:limits: An online survey must say its limits; fill in the limits columns.
settings:2:population::en: The text is missing in this language.
settings:2:default_language: “Deutsch (de)” is not a language of the survey sheet; write one of: fr, en.
survey:3:ends_if: “nein” is not a choice of consentement; its choices are: oui, non.
survey:3:ends_if: The consent must be required, and a refusal must end the interview: fill in required, ends_if and ends_as = refused.
survey:6:label::English (en): The text is missing in this language.
survey:6:hint::English (en): The text is missing in this language.
survey:7:constraint: At character 11: the condition stops where this was expected: a question ${name}, a text in quotation marks, a number or a function such as selected()
survey:7:ends_as: Write screened_out or refused beside ends_if, and nothing without it.
survey:7:dont_know: Write a word without blank, such as NSP: a number could be taken for an answer.
survey:8:calculation: “ancien” is not a choice of age; its choices are: jeune, vieux.
survey:9:name: A name starts with a letter and holds only letters, digits, _ . or - (63 at most).
survey:9:parameters: Write randomize=true or randomize=false.
survey:9:type: List “nulle” is not in the choices sheet.
survey:9:required: Write yes, no or nothing.
survey:9:sensitive: Write yes, no or nothing.
survey:10:name: “sex” is already the name of another row.
survey:10:type: “geopoint” is not a known type; known: calculate, date, decimal, hidden, integer, note, range, rank, select_multiple, select_one, select_one_from_file, text.
survey:13:dont_know: Only a number, a date or a text has this box: give a list a choice flagged dont_know.
survey:13:sensitive: A sensitive required question must offer a don't know and a refusal.
survey:13:type: The choice flagged “other” needs a text question on the same page, relevant when it is ticked.
survey:14:ends_if: A note has no answer that could end the interview.
survey:14:relevant: ${q9} is not a question of the survey sheet.
survey:14:ends_if: “1” is not a choice of q1; its choices are: un site, autre.
survey:15:name: “q2__dk” is a name that the form itself uses: choose another.
survey:15:relevant: ${plus_tard} is answered later: a condition can only use earlier answers.
survey:17:relevant: At character 12: “‘” is a typographic quotation mark: write ' instead
survey:18:relevant: q5 depends on itself, through the questions that it depends on.
survey:19:relevant: q6 depends on itself, through the questions that it depends on.
survey:21:relevant: A dot is the current answer, and there is none here: name the question, as in ${name}.
survey:21:name: This page is empty.
survey:23:type: Outside any page: put it between begin_group and end_group.
survey:24:calculation: This cell must be filled in.
survey:24:parameters: List “rien” is not in the choices sheet.
survey:24:type: Outside any page: put it between begin_group and end_group.
survey:25:type: No page is open here: write begin_group before it.
themes: This sheet is not known; the sheets of a study are: settings, survey, choices, bases, waves, margins, quotas, quota_cells, quality, nets, banners, figures, benchmarks, external_figures, note, words.
waves:2:ends: The fieldwork ends before it starts.
waves:2:time_zone: Write a time zone such as Europe/Paris.
waves:2:questionnaire_version: Write 1, the version of the settings sheet.
waves:2:ceiling: The ceiling must be at least the target.
waves:2:weighting: The margins sheet has no row for age in this wave.
waves:2:weighting: “q1” is not a single question nor a calculation with a list of choices.
waves:3:code: The same code stands above.
waves:3:kind: Write one of: own, imported, external.
waves:3:label::English (en): The text is missing in this language.
waves:3:starts: Write a date as 2023-11-22 or 2023-11-22T08:00.
waves:3:ends: Write a date as 2023-11-22 or 2023-11-22T08:00.
waves:3:target: Write a whole number without sign.
waves:4:institute: An external wave must name its institute and the number of people interviewed.
waves:5:code: Use letters without accent, digits, - and _ only: it is part of an address.
waves:5:institute: An external wave must name its institute and the number of people interviewed.
""".strip().splitlines()

IN_FRENCH = """
feuille banners, ligne 2, colonne condition\u00a0: Remplissez cette cellule.
feuille banners, ligne 3, colonne condition\u00a0: Au caractère 10\u00a0: «\u00a0>\u00a0» se trouve là où l’on attendait\u00a0: une question ${name}, un texte entre guillemets, un nombre ou une fonction telle que selected()
feuille bases, ligne 2, colonne condition\u00a0: «\u00a0Z\u00a0» n’est pas un choix de sex\u00a0; ses choix sont\u00a0: H, F.
feuille bases, ligne 3, colonne code\u00a0: Donnez à cette base un code que n’a aucune autre.
feuille bases, ligne 4, colonne base_line::Français (fr)\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille bases, ligne 4, colonne condition\u00a0: Un point désigne la réponse en cours, et il n’y en a pas ici\u00a0: nommez la question, comme dans ${name}.
feuille benchmarks, ligne 2, colonne figure\u00a0: «\u00a0reality\u00a0» n’est pas un chiffre de la feuille figures\u00a0: écrivez l’un de ses codes.
feuille benchmarks, ligne 2, colonne percent\u00a0: Écrivez un pourcentage de 0 à 100, avec quatre décimales au plus.
feuille benchmarks, ligne 2, colonne population_differs\u00a0: Écrivez yes ou no, ou laissez vide.
feuille choices, ligne 5, colonne code\u00a0: Le code 1 est déjà pris par un autre choix de cette liste\u00a0: écrivez-en un autre.
feuille choices, ligne 6, colonne code\u00a0: Écrivez un code entier de 0 à 32\u202f767.
feuille choices, ligne 6, colonne name\u00a0: «\u00a0H\u00a0» figure deux fois dans cette liste\u00a0: renommez ou supprimez l’un des deux.
feuille choices, ligne 8, colonne code\u00a0: Écrivez un code entier de 0 à 32\u202f767.
feuille choices, ligne 8, colonne flags\u00a0: «\u00a0best\u00a0» n’est pas une marque connue\u00a0; écrivez une ou plusieurs de celles-ci\u00a0: anchored, dont_know, exclusive, other, outside_quota, refused.
feuille choices, ligne 9, colonne name\u00a0: Donnez au choix un nom de 1 à 64 caractères, sans espace, apostrophe ni guillemet.
feuille choices, ligne 11, colonne list_name\u00a0: Remplissez cette cellule.
feuille external_figures, ligne 2, colonne wave\u00a0: «\u00a0v1\u00a0» n’est pas une vague externe de la feuille waves\u00a0: écrivez le code d’une vague dont la cellule kind est external.
feuille external_figures, ligne 2, colonne n\u00a0: Écrivez le nombre de personnes interrogées.
feuille figures, ligne 2, colonne says::English (en)\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille figures, ligne 2, colonne base\u00a0: «\u00a0nobody\u00a0» n’est pas une base de la feuille bases\u00a0: écrivez l’un de ses codes.
feuille figures, ligne 2, colonne not_asked\u00a0: Écrivez counts_as_no, ou laissez vide.
feuille figures, ligne 2, colonne compare_with\u00a0: «\u00a0v0\u00a0» n’est pas une vague de la feuille waves\u00a0: écrivez l’un de ses codes.
feuille figures, ligne 3, colonne code\u00a0: N’employez que des lettres sans accent, des chiffres, - et _\u00a0: ce code fait partie d’une adresse.
feuille figures, ligne 3, colonne selection\u00a0: Elle retient aussi des personnes à qui q3 n’a pas été posée\u00a0: écrivez les réponses qu’elle retient.
feuille figures, ligne 4, colonne not_asked\u00a0: La base comprend des personnes à qui la question q3 n’est pas posée (elle l’est quand ${q4} = '1')\u00a0: écrivez counts_as_no, ou choisissez la base des personnes à qui elle est posée.
feuille margins, colonne percent\u00a0: Les parts de sex dans la vague v1 font 110 au total, et non 100\u00a0: corrigez-les.
feuille margins, ligne 3, colonne source\u00a0: Remplissez cette cellule.
feuille margins, ligne 4, colonne category\u00a0: «\u00a0Z\u00a0» n’est pas un choix de sex.
feuille margins, ligne 4, colonne percent\u00a0: Écrivez un pourcentage de 0 à 100, avec quatre décimales au plus.
feuille margins, ligne 5, colonne wave\u00a0: «\u00a0v9\u00a0» n’est pas une vague de la feuille waves\u00a0: écrivez l’un de ses codes.
feuille margins, ligne 6, colonne category\u00a0: Une ligne plus haut a déjà la même valeur dans wave + variable + category\u00a0: changez-la, ou supprimez cette ligne.
feuille nets, ligne 2, colonne choices\u00a0: «\u00a0Z\u00a0» n’est pas un choix de la liste sexe.
feuille nets, ligne 3, colonne list_name\u00a0: La liste «\u00a0rien\u00a0» n’est pas dans la feuille choices\u00a0: ajoutez-la, ou corrigez son nom.
feuille note, ligne 2, colonne text_en\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille note, ligne 3, colonne position\u00a0: Une ligne plus haut a déjà la même valeur dans position\u00a0: changez-la, ou supprimez cette ligne.
feuille note, ligne 3, colonne kind\u00a0: Écrivez l’une de ces valeurs\u00a0: title, heading, lead, item, sentence, join, among, benchmark, commentary.
feuille note, ligne 4, colonne position\u00a0: Écrivez un nombre entier, sans signe.
feuille note, ligne 4, colonne figure\u00a0: «\u00a0nothing\u00a0» n’est pas un chiffre de la feuille figures\u00a0: écrivez l’un de ses codes.
feuille quotas, ligne 2, colonne wave\u00a0: «\u00a0avant\u00a0» n’est pas une vague réalisée ici\u00a0: écrivez le code d’une vague dont la cellule kind est own.
feuille quotas, ligne 2, colonne kind\u00a0: Écrivez hard ou soft.
feuille quotas, ligne 2, colonne tolerance_percent\u00a0: Écrivez un pourcentage de 0 à 100, avec quatre décimales au plus.
feuille quotas, ligne 2, colonne tolerance_min\u00a0: Écrivez un nombre entier, sans signe.
feuille quotas, ligne 2, colonne variables\u00a0: sex = H n’a pas de part dans la feuille margins\u00a0: ajoutez-la, ou marquez le choix outside_quota.
feuille quotas, ligne 2, colonne variables\u00a0: sex = F n’a pas de part dans la feuille margins\u00a0: ajoutez-la, ou marquez le choix outside_quota.
feuille quotas, ligne 2, colonne minimum_only\u00a0: «\u00a0Z\u00a0» n’est pas un choix de sex.
feuille quotas, ligne 3, colonne name\u00a0: «\u00a0total\u00a0» désigne le plafond de la vague elle-même\u00a0: choisissez un autre nom.
feuille quotas, ligne 3, colonne variables\u00a0: «\u00a0q1\u00a0» n’est ni une question à réponse unique, ni un calcul doté d’une liste de choix.
feuille quotas, ligne 4, colonne variables\u00a0: Rien ne dit combien de personnes compte chaque combinaison de sex age\u00a0: écrivez les parts de «\u00a0sex age\u00a0» dans la feuille margins, ou les cellules dans la feuille quota_cells.
feuille settings, ligne 2, colonne form_id\u00a0: N’utilisez que des minuscules sans accent, des chiffres et des traits d’union\u00a0: c’est l’adresse de l’étude.
feuille settings, ligne 2, colonne electoral_scope\u00a0: Écrivez l’une de ces valeurs\u00a0: yes, no, undecided.
feuille settings, ligne 2, colonne data_kind\u00a0: Laissez cette cellule vide, ou écrivez «\u00a0demonstration\u00a0» si les réponses sont inventées.
feuille settings, ligne 2, colonne limits\u00a0: Une enquête en ligne doit dire ses limites\u00a0: remplissez les colonnes limits.
feuille settings, ligne 2, colonne population::en\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille settings, ligne 2, colonne default_language\u00a0: «\u00a0Deutsch (de)\u00a0» n’est pas une langue de la feuille survey\u00a0; écrivez l’une de celles-ci\u00a0: fr, en.
feuille survey, ligne 3, colonne ends_if\u00a0: «\u00a0nein\u00a0» n’est pas un choix de consentement\u00a0; ses choix sont\u00a0: oui, non.
feuille survey, ligne 3, colonne ends_if\u00a0: Le consentement doit être obligatoire, et un refus doit mettre fin à l’interview\u00a0: remplissez required, ends_if et ends_as = refused.
feuille survey, ligne 6, colonne label::English (en)\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille survey, ligne 6, colonne hint::English (en)\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille survey, ligne 7, colonne constraint\u00a0: Au caractère 11\u00a0: la condition s’arrête là où l’on attendait\u00a0: une question ${name}, un texte entre guillemets, un nombre ou une fonction telle que selected()
feuille survey, ligne 7, colonne ends_as\u00a0: Écrivez screened_out ou refused quand ends_if est rempli, et laissez vide sinon.
feuille survey, ligne 7, colonne dont_know\u00a0: Écrivez un mot sans espace, comme NSP\u00a0: un nombre pourrait être pris pour une réponse.
feuille survey, ligne 8, colonne calculation\u00a0: «\u00a0ancien\u00a0» n’est pas un choix de age\u00a0; ses choix sont\u00a0: jeune, vieux.
feuille survey, ligne 9, colonne name\u00a0: Écrivez un nom qui commence par une lettre et ne contient que des lettres sans accent, des chiffres, _ . ou - (63 caractères au plus).
feuille survey, ligne 9, colonne parameters\u00a0: Écrivez randomize=true ou randomize=false.
feuille survey, ligne 9, colonne type\u00a0: La liste «\u00a0nulle\u00a0» n’est pas dans la feuille choices\u00a0: ajoutez-la, ou corrigez son nom.
feuille survey, ligne 9, colonne required\u00a0: Écrivez yes ou no, ou laissez vide.
feuille survey, ligne 9, colonne sensitive\u00a0: Écrivez yes ou no, ou laissez vide.
feuille survey, ligne 10, colonne name\u00a0: «\u00a0sex\u00a0» est déjà le nom d’une autre ligne\u00a0: écrivez-en un autre.
feuille survey, ligne 10, colonne type\u00a0: «\u00a0geopoint\u00a0» n’est pas un type connu\u00a0; écrivez l’un de ceux-ci\u00a0: calculate, date, decimal, hidden, integer, note, range, rank, select_multiple, select_one, select_one_from_file, text.
feuille survey, ligne 13, colonne dont_know\u00a0: Seuls un nombre, une date ou un texte ont cette case\u00a0: donnez à une liste un choix marqué dont_know.
feuille survey, ligne 13, colonne sensitive\u00a0: Une question sensible et obligatoire doit offrir «\u00a0ne sait pas\u00a0» et un refus de répondre.
feuille survey, ligne 13, colonne type\u00a0: Le choix marqué «\u00a0other\u00a0» demande, sur la même page, une question de type text posée quand il est coché (cellule relevant).
feuille survey, ligne 14, colonne ends_if\u00a0: Une note n’a pas de réponse qui puisse terminer l’interview.
feuille survey, ligne 14, colonne relevant\u00a0: ${q9} n’est pas une question de la feuille survey.
feuille survey, ligne 14, colonne ends_if\u00a0: «\u00a01\u00a0» n’est pas un choix de q1\u00a0; ses choix sont\u00a0: un site, autre.
feuille survey, ligne 15, colonne name\u00a0: «\u00a0q2__dk\u00a0» est un nom que le formulaire utilise lui-même\u00a0: choisissez-en un autre.
feuille survey, ligne 15, colonne relevant\u00a0: ${plus_tard} est posée plus loin\u00a0: une condition ne peut utiliser que des réponses déjà données.
feuille survey, ligne 17, colonne relevant\u00a0: Au caractère 12\u00a0: «\u00a0‘\u00a0» est un guillemet typographique\u00a0: écrivez ' à la place
feuille survey, ligne 18, colonne relevant\u00a0: q5 dépend d’elle-même, par les questions dont elle dépend\u00a0: modifiez l’une de leurs conditions.
feuille survey, ligne 19, colonne relevant\u00a0: q6 dépend d’elle-même, par les questions dont elle dépend\u00a0: modifiez l’une de leurs conditions.
feuille survey, ligne 21, colonne relevant\u00a0: Un point désigne la réponse en cours, et il n’y en a pas ici\u00a0: nommez la question, comme dans ${name}.
feuille survey, ligne 21, colonne name\u00a0: Cette page est vide\u00a0: ajoutez-y une question, ou supprimez-la.
feuille survey, ligne 23, colonne type\u00a0: Cette ligne est en dehors de toute page\u00a0: placez-la entre begin_group et end_group.
feuille survey, ligne 24, colonne calculation\u00a0: Remplissez cette cellule.
feuille survey, ligne 24, colonne parameters\u00a0: La liste «\u00a0rien\u00a0» n’est pas dans la feuille choices\u00a0: ajoutez-la, ou corrigez son nom.
feuille survey, ligne 24, colonne type\u00a0: Cette ligne est en dehors de toute page\u00a0: placez-la entre begin_group et end_group.
feuille survey, ligne 25, colonne type\u00a0: Aucune page n’est ouverte ici\u00a0: écrivez begin_group avant cette ligne.
feuille themes\u00a0: Cette feuille est inconnue\u00a0: renommez-la ou supprimez-la. Les feuilles d’une étude sont\u00a0: settings, survey, choices, bases, waves, margins, quotas, quota_cells, quality, nets, banners, figures, benchmarks, external_figures, note, words.
feuille waves, ligne 2, colonne ends\u00a0: Le terrain finit avant d’avoir commencé.
feuille waves, ligne 2, colonne time_zone\u00a0: Écrivez un fuseau horaire, par exemple Europe/Paris.
feuille waves, ligne 2, colonne questionnaire_version\u00a0: Écrivez 1, la version de la feuille settings.
feuille waves, ligne 2, colonne ceiling\u00a0: Écrivez un plafond au moins égal à l’objectif.
feuille waves, ligne 2, colonne weighting\u00a0: La feuille margins n’a aucune ligne pour age dans cette vague\u00a0: ajoutez ses parts.
feuille waves, ligne 2, colonne weighting\u00a0: «\u00a0q1\u00a0» n’est ni une question à réponse unique, ni un calcul doté d’une liste de choix.
feuille waves, ligne 3, colonne code\u00a0: Une ligne plus haut a déjà la même valeur dans code\u00a0: changez-la, ou supprimez cette ligne.
feuille waves, ligne 3, colonne kind\u00a0: Écrivez l’une de ces valeurs\u00a0: own, imported, external.
feuille waves, ligne 3, colonne label::English (en)\u00a0: Écrivez le texte dans cette langue\u00a0: il est absent.
feuille waves, ligne 3, colonne starts\u00a0: Écrivez une date comme 2023-11-22 ou 2023-11-22T08:00.
feuille waves, ligne 3, colonne ends\u00a0: Écrivez une date comme 2023-11-22 ou 2023-11-22T08:00.
feuille waves, ligne 3, colonne target\u00a0: Écrivez un nombre entier, sans signe.
feuille waves, ligne 4, colonne institute\u00a0: Une vague externe doit dire son institut et le nombre de personnes interrogées\u00a0: remplissez institute et interviewed.
feuille waves, ligne 5, colonne code\u00a0: N’employez que des lettres sans accent, des chiffres, - et _\u00a0: ce code fait partie d’une adresse.
feuille waves, ligne 5, colonne institute\u00a0: Une vague externe doit dire son institut et le nombre de personnes interrogées\u00a0: remplissez institute et interviewed.
""".strip().splitlines()
