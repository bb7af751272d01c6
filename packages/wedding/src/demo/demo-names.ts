// What guests are called: first names and the names of families, to be put together.

export const firstNames =
  `Ada Alfie Amir Anya Arlo Beatrice Ben Bridget Callum Carmen Clara Dev Edith Elias Elsie Emeka Esme Ewan Faith Felix
  Finn Flora Gareth George Grace Hamza Harriet Hattie Hugo Imran Ines Isla Ivy Jack Jamal Joan Jonas Kate Kofi Laila Leo
  Lily Lucas Mabel Maya Miles Mira Nadia Ned Nina Noah Nora Oscar Otto Pearl Petra Priti Quentin Ralph Rhys Robin Rory
  Rose Ruth Saul Sian Stella Sunil Tessa Theo Tilly Toby Una Vera Victor Willa Xavier Yara Yusuf Zadie`.split(/\s+/)

export const familyNames =
  `Abbott Ahmed Alder Appleby Archer Asante Ashby Atkins Baines Barlow Bello Bennett Bishop Blythe Bowen Brady Brook
  Burgess Byrne Calder Carver Chandra Clarke Coates Cole Conway Cooper Croft Dalton Das Dempsey Dixon Drake Dunne Ellis
  Emery Evans Farrow Fenwick Finch Fletcher Forde Foster Frost Gallagher Garcia Gibbs Goodwin Grant Greene Gupta Hale
  Harding Hart Hayes Hobbs Holt Hussain Ingram Irwin Jarvis Jensen Joyce Kaur Keane Khan Kirby Knight Lambert Larkin Lowe
  Lynch Marsh Mason Mbeki Mercer Moss Nash Nolan Norris Novak Oakley Odell Osei Page Parekh Patel Payne Pearce Perry Pike
  Poole Quinn Ramsay Reeves Reid Rhodes Rossi Rowe Sato Saunders Sharma Shaw Silva Slater Stone Sutton Swift Tate Thorpe
  Turner Usman Vaughan Vickers Wade Walker Ward Watts Webb Weston Wilde Woods Wyatt Yates Young Zielinski`.split(/\s+/)
