// The two planning companies of the demo and everybody of them who signs in, in every role. The larger one comes first.
import { demoId } from './demo-ids.ts'
import { type DemoCompany } from './demo-people.ts'

export const hazelAndThorn: DemoCompany = {
  key: '',
  organization: { id: demoId('organization'), name: 'Hazel & Thorn Weddings' },
  // prettier-ignore
  staff: [
    { key: 'owner', role: 'owner', name: 'Margaret Thorn', email: 'margaret@hazelandthorn.example.com', at: 'all' },
    { key: 'planner', role: 'planner', name: 'Priya Hazel', email: 'priya@hazelandthorn.example.com', at: 'all', isLead: true },
    { key: 'assistant', role: 'assistant', name: 'Tom Ashworth', email: 'tom@hazelandthorn.example.com', at: 'all' },
    { key: 'venue', role: 'venue', name: 'Helen Marsh', email: 'helen@millbarn.example.com', at: [''], as: 'house' },
    { key: 'vendor', role: 'vendor', name: 'Rosa Bellamy', email: 'rosa@bellamyflowers.example.com', at: ['', 'glasshouse'] },
    { key: 'couple', role: 'couple', name: 'Amelia Whitfield', email: 'amelia@whitfield.example.com', at: [''], as: 'bride' },
    { key: 'viewer', role: 'viewer', name: 'Sophie Whitfield', email: 'sophie@whitfield.example.com', at: [''], as: 'maid of honour' },
    { key: 'second planner', role: 'planner', name: 'Hugo Castell', email: 'hugo@hazelandthorn.example.com', at: ['abbey'] },
    { key: 'second assistant', role: 'assistant', name: 'Nina Brandt', email: 'nina@hazelandthorn.example.com', at: ['glasshouse'] },
    { key: 'glasshouse venue', role: 'venue', name: 'Martin Frost', email: 'martin@kewlane.example.com', at: ['glasshouse'], as: 'house' },
    { key: 'glasshouse couple', role: 'couple', name: 'Charlotte Beaumont', email: 'charlotte@beaumont.example.com', at: ['glasshouse'], as: 'bride' },
    { key: 'abbey vendor', role: 'vendor', name: 'Callum Boyd', email: 'callum@fernandlight.example.com', at: ['abbey'] },
    { key: 'abbey couple', role: 'couple', name: 'Freya Lindholm', email: 'freya@lindholm.example.com', at: ['abbey'], as: 'bride' },
  ],
}

export const saltAndVeil: DemoCompany = {
  key: 'harbour',
  organization: { id: demoId('harbour organization'), name: 'Salt & Veil' },
  // prettier-ignore
  staff: [
    { key: 'owner', role: 'owner', name: 'Aoife Brennan', email: 'aoife@saltandveil.example.com', at: 'all' },
    { key: 'planner', role: 'planner', name: 'Conor Maguire', email: 'conor@saltandveil.example.com', at: 'all', isLead: true },
    { key: 'assistant', role: 'assistant', name: 'Ciara Nolan', email: 'ciara@saltandveil.example.com', at: 'all' },
    { key: 'venue', role: 'venue', name: 'Declan Walsh', email: 'declan@boathouse.example.com', at: ['harbour'], as: 'house' },
    { key: 'vendor', role: 'vendor', name: 'Maeve Tierney', email: 'maeve@tierneyblooms.example.com', at: ['harbour'] },
    { key: 'couple', role: 'couple', name: 'Niamh Doyle', email: 'niamh@doyle.example.com', at: ['harbour'], as: 'bride' },
    { key: 'viewer', role: 'viewer', name: 'Orla Doyle', email: 'orla@doyle.example.com', at: ['harbour'], as: 'maid of honour' },
  ],
}
